import logging

from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from .gateways import BadReport, get_gateway_named
from .receipts import apply_report

logger = logging.getLogger(__name__)


@csrf_exempt
def delivery_reports(request, gateway):
    """
    Take a provider's delivery reports.

    400 for what is forged, 200 for all that was read, also about messages that
    are not ours; a crash of ours stays a 500, so that the provider asks again.
    """
    found = get_gateway_named(gateway)
    if found is None:
        raise Http404
    method = "GET" if found.reports_by_get else "POST"
    if request.method != method:
        return HttpResponseNotAllowed([method])
    query = (request.GET,) if found.reports_by_get else ()
    try:
        reports = found.parse_reports(request.headers, request.body, *query)
    except BadReport as fault:
        logger.warning("A report for %s was turned away: %s", gateway, fault)
        return HttpResponseBadRequest("This report cannot be believed.\n", "text/plain")
    for report in reports:
        apply_report(report, gateway=found)
    return HttpResponse("ok\n", "text/plain")
