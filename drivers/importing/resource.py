"""What a row of a file does to a driver: django-import-export's reading, with our rules."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import fields, resources, widgets
from import_export.results import RowResult
from phonenumber_field.phonenumber import PhoneNumber

from drivers.birthdates import read_birthdate
from drivers.models import Driver
from drivers.phones import parse_phone, validate_mobile
from drivers.services import WITHDRAWN

from .headings import COLUMNS

EXCEL_FAULTS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}


class Text(widgets.Widget):
    """A text as long as the column takes, composed."""

    def __init__(self, column):
        self.limit = Driver._meta.get_field(column).max_length

    def clean(self, value, row=None, **kwargs):
        text = unicodedata.normalize("NFC", value)
        if text in EXCEL_FAULTS:
            raise ValueError(_("The cell holds a fault of Excel."))
        if not text.isprintable():
            raise ValueError(_("The cell holds a character that cannot be kept."))
        if len(text) > self.limit:
            raise ValueError(_("Longer than %(limit)d letters.") % {"limit": self.limit})
        return text


class OneOf(widgets.Widget):
    """One of the choices of a column, as it is stored or as it is called."""

    def __init__(self, column):
        choices = Driver._meta.get_field(column).choices
        self.known = {value: value for value, _label in choices}
        for language in ("ko", "en"):
            with override(language):
                self.known |= {str(label): value for value, label in choices}

    def clean(self, value, row=None, **kwargs):
        text = unicodedata.normalize("NFC", value)
        if text not in self.known:
            names = ", ".join(dict.fromkeys(self.known.values()))
            raise ValueError(_("Not one of: %(names)s.") % {"names": names})
        return self.known[text]


class Birthdate(widgets.Widget):
    """A birthdate with four digits of the year: nobody is there to confirm a century."""

    def clean(self, value, row=None, **kwargs):
        try:
            reading = read_birthdate(value)
        except ValidationError as refusal:
            raise ValueError(" ".join(refusal.messages)) from None
        if reading.guessed:
            raise ValueError(_("Write the year with four digits, as in 1980-03-05."))
        return reading.date


class Column(fields.Field):
    """A column of the file. An empty cell keeps what is on record; a new driver may need it."""

    def __init__(self, name, widget, *, is_needed=False):
        super().__init__(attribute=name, column_name=name, widget=widget)
        self.is_needed = is_needed

    def save(self, instance, row, is_m2m=False, **kwargs):
        if row[self.column_name]:
            self.put(instance, self.clean(row))
        elif self.is_needed and instance.pk is None:
            raise ValueError(_("The cell is empty; a new driver needs it."))

    def put(self, driver, value):
        setattr(driver, self.attribute, value)


class BirthdateColumn(Column):
    """Taken for a new driver only: a change is a correction, of which he gets a text (4.3)."""

    def put(self, driver, value):
        if driver._state.adding:
            driver.birthdate = value
        elif driver.birthdate != value:
            raise ValueError(
                _(
                    "The record has another birthdate. A birthdate is changed by a "
                    "correction, so that the driver is told."
                )
            )


class KnownNumber(PhoneNumber):
    """A number that answers from memory: a row asks it for the same things ten times."""

    def __init__(self, number):
        super().__init__()
        self.merge_from(number)
        self._valid = super().is_valid()
        self._formatted = {}

    def is_valid(self):
        return self._valid

    def format_as(self, format):
        if format not in self._formatted:
            self._formatted[format] = super().format_as(format)
        return self._formatted[format]


class OnRecord:
    """The drivers of a few rows, found by their phones in one query."""

    def __init__(self, resource, rows, drivers):
        self.numbers = {}
        for row in rows:
            if row["phone"] not in self.numbers:
                self.numbers[row["phone"]] = mobile_of(row["phone"])
        wanted = [each for each in self.numbers.values() if not isinstance(each, str)]
        found = drivers.filter(phone__in=wanted).order_by("pk")
        self.drivers = {driver.phone.as_e164: driver for driver in found}

    def get_instance(self, row):
        return self.drivers.get(row["number"].as_e164)


def mobile_of(text):
    """Return the number that ``text`` means, or the sentence why it is none."""
    number = parse_phone(text) if text else None
    if number is None:
        return _("Enter a mobile number such as 010-1234-5678.")
    try:
        validate_mobile(number)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return KnownNumber(number)


class Judgement(RowResult):
    """What came of a row; nothing is told of the driver himself."""

    def add_instance_info(self, instance):
        pass


class DriverResource(resources.ModelResource):
    """Reads rows as drivers. Keeps what came of them in ``create_instances`` and the like."""

    name = Column("name", Text("name"), is_needed=True)
    birthdate = BirthdateColumn("birthdate", Birthdate(), is_needed=True)
    service_type = Column("service_type", OneOf("service_type"), is_needed=True)
    affiliation = Column("affiliation", OneOf("affiliation"))
    company = Column("company", Text("company"))
    vehicle_no = Column("vehicle_no", Text("vehicle_no"))

    class Meta:
        model = Driver
        fields = COLUMNS[1:]  # the phone is the key, see get_or_init_instance()
        import_order = COLUMNS[1:]
        use_bulk = True
        skip_diff = True
        clean_model_instances = False  # the columns check, and the phones of a chunk at once

    def __init__(self):
        super().__init__()
        self.seen = {}  # number: the first row that has it
        self.compared = []  # the keys of those whose record a row was held against

    @classmethod
    def get_row_result_class(cls):
        return Judgement

    def get_or_init_instance(self, instance_loader, row):
        number = instance_loader.numbers[row["phone"]]
        if isinstance(number, str):
            row["fault"] = number
            return Driver(), True
        row["number"] = number
        driver = instance_loader.get_instance(row)
        first = self.seen.setdefault(number.as_e164, row["row"])
        if first != row["row"]:
            row["fault"] = _("Row %(row)d has the same number.") % {"row": first}
        elif driver is not None:
            self.compared.append(driver.pk)
            if driver.state == Driver.State.WITHDRAWN:
                row["fault"] = str(WITHDRAWN)
        if driver is None or "fault" in row:
            # Held against no record: one number with every date would tell which is his.
            return Driver(pk=driver and driver.pk, phone=number), True
        return driver, False

    def import_instance(self, instance, row, **kwargs):
        """Read the columns; what is wrong with the phone is said beside what else is."""
        faults = {"phone": [ValidationError(row["fault"])]} if "fault" in row else {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as refusal:
            faults = refusal.update_error_dict(faults)
        if faults:
            raise ValidationError(faults)

    def after_init_instance(self, instance, new, row, **kwargs):
        self.before = None if new else self._values(instance)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not import_validation_errors and self.before == self._values(instance)

    def _values(self, driver):
        return [getattr(driver, name) for name in COLUMNS[1:]]


def faults_of(result):
    """
    Return what is wrong with a row as pairs of column and sentence.

    :raises Exception: what nobody foresaw, as it was raised
    """
    if result.errors:
        raise result.errors[0].error
    if result.import_type != RowResult.IMPORT_TYPE_INVALID:
        return []
    by_column = result.validation_error.message_dict
    return [(column, " ".join(sentences)) for column, sentences in by_column.items()]
