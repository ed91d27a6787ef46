import logging

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .gateways import BadReport, get_gateway
from .receipts import apply_report

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def delivery_reports(request, gateway):
    """
    Take a provider's delivery reports.

    400 for what is forged, 200 for all that was read, also about messages that
    are not ours; a crash of ours stays a 500, so that the provider asks again.
    """
    current = get_gateway()
    if gateway != current.name:
        raise Http404
    try:
        reports = current.parse_reports(request.headers, request.body)
    except BadReport as fault:
        logger.warning("A report for %s was turned away: %s", gateway, fault)
        return HttpResponseBadRequest("This report cannot be believed.\n", "text/plain")
    for report in reports:
        apply_report(report, gateway=gateway)
    return HttpResponse("ok\n", "text/plain")
