-- Quantities are whole grains (INTEGER) beside the number of decimals; arithmetic is done in Rust only.
-- An absent part of a stock key is '', which no id can be, so that keys are unique.
-- `body` holds what is only read whole, as JSON with quantities as decimal text.

CREATE TABLE item (
    item TEXT NOT NULL PRIMARY KEY,
    scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 9),
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT, WITHOUT ROWID;

CREATE TABLE substitute (
    number INTEGER NOT NULL PRIMARY KEY,
    item TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX substitute_item ON substitute (item);

CREATE TABLE period (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE TABLE place (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE TABLE production_order (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE TABLE document (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE TABLE lot (
    item TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (item, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE serial (
    item TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    body TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (item, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    item TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    location TEXT NOT NULL,
    lot TEXT NOT NULL,
    attributes TEXT NOT NULL,
    owner TEXT NOT NULL,
    project TEXT NOT NULL,
    grade TEXT NOT NULL,
    status TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    quantity_scale INTEGER NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    held_for TEXT NOT NULL CHECK (json_valid(held_for)),
    PRIMARY KEY (item, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE balance (
    number INTEGER NOT NULL PRIMARY KEY,
    item TEXT NOT NULL REFERENCES item (item),
    location TEXT NOT NULL,
    lot TEXT NOT NULL,
    attributes TEXT NOT NULL,
    owner TEXT NOT NULL,
    project TEXT NOT NULL,
    grade TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    quantity INTEGER NOT NULL,
    quantity_scale INTEGER NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    reserved INTEGER NOT NULL,
    reserved_scale INTEGER NOT NULL CHECK (reserved_scale BETWEEN 0 AND 9),
    second INTEGER,
    second_scale INTEGER CHECK (second_scale BETWEEN 0 AND 9),
    CHECK ((second IS NULL) = (second_scale IS NULL)),
    UNIQUE (item, location, lot, attributes, owner, project, grade, status)
) STRICT;
CREATE INDEX balance_location ON balance (location);

-- `after` is the balance once the line was posted: what shows that a row was altered by hand.
CREATE TABLE ledger (
    sequence INTEGER NOT NULL PRIMARY KEY CHECK (sequence > 0),
    balance INTEGER NOT NULL REFERENCES balance (number),
    document TEXT NOT NULL,
    line INTEGER NOT NULL CHECK (line BETWEEN 0 AND 4294967295),
    reason TEXT NOT NULL,
    undo INTEGER NOT NULL CHECK (undo IN (0, 1)),
    quantity INTEGER NOT NULL,
    quantity_scale INTEGER NOT NULL CHECK (quantity_scale BETWEEN 0 AND 9),
    second INTEGER,
    second_scale INTEGER CHECK (second_scale BETWEEN 0 AND 9),
    after INTEGER NOT NULL,
    after_scale INTEGER NOT NULL CHECK (after_scale BETWEEN 0 AND 9),
    order_id TEXT,
    order_line INTEGER CHECK (order_line BETWEEN 0 AND 4294967295),
    serials TEXT NOT NULL CHECK (json_valid(serials)),
    date TEXT NOT NULL,
    at INTEGER NOT NULL,
    CHECK ((second IS NULL) = (second_scale IS NULL)),
    CHECK ((order_id IS NULL) = (order_line IS NULL))
) STRICT;
CREATE INDEX ledger_balance ON ledger (balance, sequence);

CREATE TABLE request (
    key TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    reply TEXT NOT NULL CHECK (json_valid(reply))
) STRICT, WITHOUT ROWID;
