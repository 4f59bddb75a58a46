-- What Orleans' AdoNet clustering and reminder providers read and write.
-- They find each statement in orleansquery by its key and fix the parameter and column
-- names; everything else here is this platform's own. Unqualified names follow the
-- connection's search_path. Every write is one statement, hence atomic by itself.

CREATE TABLE IF NOT EXISTS orleansquery (
    querykey text PRIMARY KEY,
    querytext text NOT NULL
);

-- One row a cluster: its version is the token that lets one membership change through at a time.
CREATE TABLE IF NOT EXISTS orleansmembershipversion (
    deploymentid text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS orleansmembership (
    deploymentid text NOT NULL REFERENCES orleansmembershipversion ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    siloname text NOT NULL,
    hostname text NOT NULL,
    status integer NOT NULL,
    proxyport integer NOT NULL,
    suspecttimes text,
    starttime timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

CREATE TABLE IF NOT EXISTS orleansreminder (
    serviceid text NOT NULL,
    grainid text NOT NULL,
    remindername text NOT NULL,
    starttime timestamptz NOT NULL,
    period bigint NOT NULL,
    grainhash integer NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (serviceid, grainid, remindername)
);

CREATE INDEX IF NOT EXISTS orleansreminder_by_hash ON orleansreminder (serviceid, grainhash);

INSERT INTO orleansquery (querykey, querytext) VALUES

('InsertMembershipVersionKey', $q$
    WITH opened AS (
        INSERT INTO orleansmembershipversion (deploymentid) VALUES (@DeploymentId)
        ON CONFLICT DO NOTHING
        RETURNING 1)
    SELECT EXISTS (SELECT FROM opened)
$q$),

-- The version row is the gate: a rival waits for its lock and then finds another version.
('InsertMembershipKey', $q$
    WITH turn AS (
        UPDATE orleansmembershipversion SET version = version + 1
        WHERE deploymentid = @DeploymentId AND version = @Version
          AND NOT EXISTS (
              SELECT FROM orleansmembership
              WHERE deploymentid = @DeploymentId AND address = @Address
                AND port = @Port AND generation = @Generation)
        RETURNING deploymentid),
    joined AS (
        INSERT INTO orleansmembership
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM turn
        RETURNING 1)
    SELECT EXISTS (SELECT FROM joined)
$q$),

('UpdateMembershipKey', $q$
    WITH turn AS (
        UPDATE orleansmembershipversion SET version = version + 1
        WHERE deploymentid = @DeploymentId AND version = @Version
          AND EXISTS (
              SELECT FROM orleansmembership
              WHERE deploymentid = @DeploymentId AND address = @Address
                AND port = @Port AND generation = @Generation)
        RETURNING deploymentid),
    changed AS (
        UPDATE orleansmembership m
        SET status = @Status, suspecttimes = @SuspectTimes,
            iamalivetime = greatest(m.iamalivetime, @IAmAliveTime)
        FROM turn
        WHERE m.deploymentid = turn.deploymentid AND m.address = @Address
          AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$q$),

('UpdateIAmAlivetimeKey', $q$
    UPDATE orleansmembership SET iamalivetime = @IAmAliveTime
    WHERE deploymentid = @DeploymentId AND address = @Address
      AND port = @Port AND generation = @Generation
$q$),

-- The version comes back even when no silo matches, as a row of nulls beside it.
('MembershipReadRowKey', $q$
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status,
           m.proxyport, m.suspecttimes, m.starttime, m.iamalivetime, v.version
    FROM orleansmembershipversion v
    LEFT JOIN orleansmembership m
      ON m.deploymentid = v.deploymentid AND m.address = @Address
     AND m.port = @Port AND m.generation = @Generation
    WHERE v.deploymentid = @DeploymentId
$q$),

('MembershipReadAllKey', $q$
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status,
           m.proxyport, m.suspecttimes, m.starttime, m.iamalivetime, v.version
    FROM orleansmembershipversion v
    LEFT JOIN orleansmembership m ON m.deploymentid = v.deploymentid
    WHERE v.deploymentid = @DeploymentId
$q$),

('GatewaysQueryKey', $q$
    SELECT address, proxyport, generation
    FROM orleansmembership
    WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$q$),

('DeleteMembershipTableEntriesKey', $q$
    DELETE FROM orleansmembershipversion WHERE deploymentid = @DeploymentId
$q$),

-- Status 6 is Dead. The provider picks what has expired; the row goes only if it still
-- reads as it did then.
('CleanupDefunctSiloEntryKey', $q$
    DELETE FROM orleansmembership
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port
      AND generation = @Generation AND status = 6
      AND starttime = @StartTime AND iamalivetime = @IAmAliveTime
      AND coalesce(suspecttimes, '') = coalesce(@SuspectTimes, '')
$q$),

('CleanupDefunctSiloEntriesKey', $q$
    DELETE FROM orleansmembership
    WHERE deploymentid = @DeploymentId AND status = 6
      AND greatest(starttime, iamalivetime) < @IAmAliveTime
$q$),

('UpsertReminderRowKey', $q$
    INSERT INTO orleansreminder AS r (serviceid, grainid, remindername, starttime, period, grainhash)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
    ON CONFLICT (serviceid, grainid, remindername) DO UPDATE
    SET starttime = excluded.starttime, period = excluded.period,
        grainhash = excluded.grainhash, version = r.version + 1
    RETURNING version
$q$),

('ReadReminderRowKey', $q$
    SELECT grainid, remindername, starttime, period, version
    FROM orleansreminder
    WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName
$q$),

('ReadReminderRowsKey', $q$
    SELECT grainid, remindername, starttime, period, version
    FROM orleansreminder
    WHERE serviceid = @ServiceId AND grainid = @GrainId
$q$),

-- A range on the ring is open below and closed above; the second query is for one that wraps.
('ReadRangeRows1Key', $q$
    SELECT grainid, remindername, starttime, period, version
    FROM orleansreminder
    WHERE serviceid = @ServiceId AND grainhash > @BeginHash AND grainhash <= @EndHash
$q$),

('ReadRangeRows2Key', $q$
    SELECT grainid, remindername, starttime, period, version
    FROM orleansreminder
    WHERE serviceid = @ServiceId AND (grainhash > @BeginHash OR grainhash <= @EndHash)
$q$),

('DeleteReminderRowKey', $q$
    WITH gone AS (
        DELETE FROM orleansreminder
        WHERE serviceid = @ServiceId AND grainid = @GrainId
          AND remindername = @ReminderName AND version = @Version
        RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)
$q$),

('DeleteReminderRowsKey', $q$
    DELETE FROM orleansreminder WHERE serviceid = @ServiceId
$q$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext
WHERE orleansquery.querytext IS DISTINCT FROM excluded.querytext;
