-- a copy of the database must not talk to the live shop, nor accept its orders
UPDATE enord_storefront SET stage = 'draft', webhook_url = NULL, webhook_secret = replace(gen_random_uuid()::text, '-', ''),
       previous_secret = NULL, previous_secret_until = NULL, takes_secret = NULL;
UPDATE enord_webhook_event SET state = 'superseded' WHERE state IN ('pending', 'sending');
DELETE FROM res_users_apikeys WHERE scope = 'enord_sales_sync';
