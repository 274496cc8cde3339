-- Quantities are whole grains (bigint) beside the number of decimals; arithmetic is done in Rust only.
-- An absent part of a stock key is '', which no id can be, so that keys are unique.
-- `body` holds what is only read whole, as JSON with quantities as decimal text: `json`, which keeps the text as it is.
-- Keys are compared by their bytes (collation "C"): the order in which rows are locked is the same everywhere.

CREATE TABLE headstock.item (
    item text COLLATE "C" NOT NULL PRIMARY KEY CHECK (item <> ''),
    scale smallint NOT NULL CHECK (scale BETWEEN 0 AND 9),
    body json NOT NULL
);

CREATE TABLE headstock.substitute (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item text COLLATE "C" NOT NULL,
    body json NOT NULL
);
CREATE INDEX substitute_item ON headstock.substitute (item);

CREATE TABLE headstock.period (
    id text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL
);

CREATE TABLE headstock.place (
    id text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL
);

CREATE TABLE headstock.production_order (
    id text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL
);

CREATE TABLE headstock.document (
    id text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL
);

CREATE TABLE headstock.lot (
    item text COLLATE "C" NOT NULL CHECK (item <> ''),
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL,
    PRIMARY KEY (item, id)
);

CREATE TABLE headstock.serial (
    item text COLLATE "C" NOT NULL CHECK (item <> ''),
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    body json NOT NULL,
    PRIMARY KEY (item, id)
);

CREATE TABLE headstock.hold (
    item text COLLATE "C" NOT NULL CHECK (item <> ''),
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    location text COLLATE "C" NOT NULL,
    lot text COLLATE "C" NOT NULL,
    attributes text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL,
    grade text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL,
    quantity_scale smallint NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    held_for json NOT NULL,
    PRIMARY KEY (item, id)
);

CREATE TABLE headstock.balance (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item text COLLATE "C" NOT NULL REFERENCES headstock.item (item),
    location text COLLATE "C" NOT NULL,
    lot text COLLATE "C" NOT NULL,
    attributes text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL,
    grade text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    quantity bigint NOT NULL,
    quantity_scale smallint NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    reserved bigint NOT NULL,
    reserved_scale smallint NOT NULL CHECK (reserved_scale BETWEEN 0 AND 9),
    second bigint,
    second_scale smallint CHECK (second_scale BETWEEN 0 AND 9),
    CHECK ((second IS NULL) = (second_scale IS NULL)),
    UNIQUE (item, location, lot, attributes, owner, project, grade, status)
) WITH (fillfactor = 70);
CREATE INDEX balance_location ON headstock.balance (location);

-- `after` is the balance once the line was posted: what shows that a row was altered by hand.
CREATE TABLE headstock.ledger (
    sequence bigint NOT NULL PRIMARY KEY CHECK (sequence > 0),
    balance bigint NOT NULL REFERENCES headstock.balance (number),
    document text COLLATE "C" NOT NULL,
    line bigint NOT NULL CHECK (line BETWEEN 0 AND 4294967295),
    reason text COLLATE "C" NOT NULL,
    undo boolean NOT NULL,
    quantity bigint NOT NULL,
    quantity_scale smallint NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    second bigint,
    second_scale smallint CHECK (second_scale BETWEEN 0 AND 9),
    after bigint NOT NULL,
    after_scale smallint NOT NULL CHECK (after_scale BETWEEN 0 AND 9),
    order_id text COLLATE "C",
    order_line bigint CHECK (order_line BETWEEN 0 AND 4294967295),
    serials json NOT NULL,
    date date NOT NULL,
    at bigint NOT NULL,
    CHECK ((second IS NULL) = (second_scale IS NULL)),
    CHECK ((order_id IS NULL) = (order_line IS NULL))
);
CREATE INDEX ledger_balance ON headstock.ledger (balance, sequence);

-- The sequence of the last ledger line: locked last of all, so that lines follow each other without gaps.
CREATE TABLE headstock.ledger_end (
    single boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (single),
    last bigint NOT NULL CHECK (last >= 0)
) WITH (fillfactor = 10);
INSERT INTO headstock.ledger_end (last) VALUES (0);

CREATE TABLE headstock.request (
    key text COLLATE "C" NOT NULL PRIMARY KEY CHECK (key <> ''),
    digest text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    reply json NOT NULL
);
