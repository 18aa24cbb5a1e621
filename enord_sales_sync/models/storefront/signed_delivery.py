from ...contract import events as contract
from ...contract.signature import signature_headers
from ...delivery.sender import Delivery


def signed(storefront, secrets, timestamp, body, uuid, sequence, headers, **of_event):
    """What is to be sent to a storefront, with its signatures.

    :param dict secrets: of :meth:`_signing_secrets`
    :param int timestamp: Unix time of this attempt
    :param bytes body: as it was built
    :param dict headers: the others
    :param of_event: the other members of the delivery
    :rtype: Delivery
    """
    # not when it is built: what was refused for them is tried again without them
    if storefront.numbers_in_body:
        body = contract.numbered(body, uuid, sequence)
    headers = {**headers, "X-Event-Sequence": str(sequence)}
    first, *others = (
        {**signature_headers(signing, uuid, timestamp, body), **headers}
        for signing in _orders(list(secrets.values()))
    )
    return Delivery(
        storefront_id=storefront.id,
        url=storefront.webhook_url,
        body=body,
        headers=first,
        other_headers=others[0] if others else None,
        secrets=tuple(secrets),
        allow_private=storefront.allow_private_addresses,
        allow_http=storefront.test_mode,
        **of_event,
    )


def _orders(secrets):
    """Each of one or two secrets first."""
    return [secrets, secrets[::-1]][:len(secrets)]
