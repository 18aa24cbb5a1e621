-- a copy of the database must not talk to the live shop, nor accept its orders
UPDATE enord_storefront SET stage = 'draft', webhook_url = NULL, webhook_secret = replace(gen_random_uuid()::text, '-', ''),
       previous_secret = NULL, previous_secret_until = NULL, takes_secret = NULL,
       last_delivery_error = NULL,
       -- it has no key that is good elsewhere, and may be tried where there is no https
       https_only = FALSE;
UPDATE enord_webhook_event SET state = 'superseded' WHERE state IN ('pending', 'sending');
DELETE FROM res_users_apikeys WHERE scope = 'enord_sales_sync';
-- nor make invoices for the live shop's orders
UPDATE sale_order SET enord_invoice_due = NULL WHERE enord_invoice_due IS NOT NULL;
-- nor tell whoever tests with it who called, and what customers said
DELETE FROM enord_api_call;
UPDATE enord_api_transaction SET member_hashes = NULL;
