"""The texts that come with the product: loaded where missing, never over an edit."""

from pathlib import Path

FOLDER = Path(__file__).parent / "texts"

TEXTS = {  # key: (name, subject)
    "birthdate_changed": ("생년월일 변경 완료 안내", "[카카오 T] 생년월일 변경 완료 안내"),
    "birthdate_undone": ("생년월일 변경 취소 안내", "[카카오 T] 생년월일 변경 취소 안내"),
    "code_read_out": ("인증번호 안내 알림", "[카카오 T] 인증번호 안내 알림"),
}


def load_texts(**signal):
    """Create the templates that are missing. Runs after migrate."""
    from .models import Template

    for key, (name, subject) in TEXTS.items():
        body = (FOLDER / f"{key}.txt").read_text(encoding="utf-8").rstrip("\n")
        Template.objects.get_or_create(
            key=key, defaults={"name": name, "subject": subject, "body": body}
        )
