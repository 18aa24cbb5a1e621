CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS revision (number INTEGER NOT NULL);
INSERT INTO revision SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM revision);

-- Every webhook that carried a good signature. AUTOINCREMENT: a number is never used again, so
-- that "changed by an event later than number N" stays true after old events are pruned.
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    sku TEXT,
    sequence INTEGER,
    attempt INTEGER,
    recorded_at TEXT,
    received_at TEXT NOT NULL,
    lag_ms INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'stale', 'ignored')),
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_id ON event (id);

CREATE TABLE IF NOT EXISTS product_group (
    group_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    category_path TEXT NOT NULL,
    tax_code TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    sequence INTEGER NOT NULL
);

-- One row per group *and* SKU. A SKU that moves from group A to group B is for a moment in both,
-- or in neither, because the two groups' events come in any order. With a row each, "A without
-- it" can never take it away from B.
CREATE TABLE IF NOT EXISTS variant (
    group_id TEXT NOT NULL REFERENCES product_group,
    sku TEXT NOT NULL,
    position INTEGER NOT NULL,
    variant_title TEXT NOT NULL,
    price REAL NOT NULL,
    mrp REAL,
    catalogue_stock NUMERIC NOT NULL,
    specifications TEXT NOT NULL,
    images TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    sequence INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (group_id, sku)
);
CREATE INDEX IF NOT EXISTS variant_sku ON variant (sku);

CREATE TABLE IF NOT EXISTS stock (
    sku TEXT NOT NULL,
    location_code TEXT NOT NULL,
    quantity NUMERIC NOT NULL,
    sequence INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (sku, location_code)
);

-- What the shop knows about each SKU. The catalogue's total counts only until a location is
-- known: from then on inventory.change is newer, and the sum of the locations is the stock.
CREATE VIEW IF NOT EXISTS product AS
SELECT *, COALESCE((SELECT SUM(quantity) FROM stock WHERE stock.sku = listing.sku),
                   catalogue_stock) AS stock,
       (SELECT json_group_object(location_code, quantity) FROM stock
         WHERE stock.sku = listing.sku) AS stock_by_location,
       MAX(catalogue_sequence, COALESCE(
           (SELECT MAX(sequence) FROM stock WHERE stock.sku = listing.sku), 0)) AS sequence,
       MAX(catalogue_updated_at, COALESCE(
           (SELECT MAX(updated_at) FROM stock WHERE stock.sku = listing.sku), '')) AS updated_at,
       MAX(catalogue_event_number, COALESCE(
           (SELECT MAX(event_number) FROM stock WHERE stock.sku = listing.sku), 0)
       ) AS event_number
FROM (
    SELECT v.sku, v.group_id, v.position, v.variant_title, v.price, v.mrp, v.catalogue_stock,
           v.specifications, v.images, v.sequence AS catalogue_sequence,
           v.updated_at AS catalogue_updated_at, v.event_number AS catalogue_event_number,
           g.name AS group_name, g.description, g.category_path, g.tax_code,
           g.is_active AND NOT v.withdrawn AS sellable,
           ROW_NUMBER() OVER (
               PARTITION BY v.sku
               ORDER BY g.is_active AND NOT v.withdrawn DESC, v.event_number DESC
           ) AS place
    FROM variant v JOIN product_group g USING (group_id)
) AS listing
WHERE place = 1;

CREATE TABLE IF NOT EXISTS cart_line (
    cart_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (cart_id, sku)
);

-- What the ERP holds for a cart that is being checked out. `expires_at` is NULL until the ERP has
-- answered; `content` is what is held, or asked for.
CREATE TABLE IF NOT EXISTS hold (
    cart_id TEXT PRIMARY KEY,
    reservation_id TEXT NOT NULL,
    content TEXT NOT NULL,
    expires_at TEXT
);

-- How many holds a visitor began lately: one address must not keep the goods from everybody.
CREATE TABLE IF NOT EXISTS hold_begun (visitor TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS hold_begun_at ON hold_begun (at);

-- How many wrong passwords of the staff came from an address lately.
CREATE TABLE IF NOT EXISTS wrong_password (visitor TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS wrong_password_at ON wrong_password (at);

-- `body` is the exact request to the ERP: written before the first call, never built again.
CREATE TABLE IF NOT EXISTS sale (
    transaction_id TEXT PRIMARY KEY,
    checkout_token TEXT UNIQUE,
    cart_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'out_of_stock', 'rejected')),
    body BLOB NOT NULL,
    created_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at REAL NOT NULL,
    erp_status INTEGER,
    replayed INTEGER NOT NULL DEFAULT 0,
    answer TEXT,
    last_error TEXT
);
CREATE INDEX IF NOT EXISTS sale_due ON sale (next_attempt_at) WHERE state = 'pending';
