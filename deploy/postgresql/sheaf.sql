-- Sheaf's own tables beside those of orleans.sql, which is run first. May be run again: nothing stored is lost.
--   psql "$CONNECTION" -v ON_ERROR_STOP=1 -f deploy/postgresql/orleans.sql -f deploy/postgresql/sheaf.sql

BEGIN;

-- One row: the version of both scripts. A silo refuses a database of another version; whoever changes a script raises it here and in ClusterSchema.cs.
CREATE TABLE IF NOT EXISTS SheafSchema
(
    One     boolean PRIMARY KEY DEFAULT true CHECK (One),
    Version integer NOT NULL
);

-- One row: the cluster that owns this database, written by its first silo.
CREATE TABLE IF NOT EXISTS SheafCluster
(
    One       boolean      PRIMARY KEY DEFAULT true CHECK (One),
    ClusterId varchar(150) NOT NULL,
    Since     timestamptz  NOT NULL DEFAULT now()
);

-- A row a silo that has started and was not stopped: where clients reach it. Whether it is alive says the membership table (same address, port, generation).
CREATE TABLE IF NOT EXISTS SheafSilo
(
    Name       varchar(150) PRIMARY KEY,
    Address    varchar(45)  NOT NULL,
    Port       integer      NOT NULL,
    Generation integer      NOT NULL,
    Pid        integer      NOT NULL,
    Host       varchar(255) NOT NULL,
    Grpc       varchar(255) NOT NULL,
    Http       varchar(255) NOT NULL,
    -- The same for silos that share a data directory, and with it their logs.
    DataId     varchar(64)  NOT NULL,
    Started    timestamptz  NOT NULL DEFAULT now()
);

INSERT INTO SheafSchema (Version) VALUES (1) ON CONFLICT (One) DO UPDATE SET Version = EXCLUDED.Version;

COMMIT;
