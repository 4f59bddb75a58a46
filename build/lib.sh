# shellcheck shell=bash
# What the scripts of this folder share: words, ports, processes, builds, hosts. Sourced, never run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
RUN=$ROOT/.run

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# The scripts choose the ports; a container image's own choice must not reach the hosts.
unset ASPNETCORE_URLS ASPNETCORE_HTTP_PORTS ASPNETCORE_HTTPS_PORTS

# shellcheck source=build/postgres.sh
source "$ROOT/build/postgres.sh"

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# The comment at the head of a script is its help.
show_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

need_run_folder() {
    mkdir -p "$RUN/logs" 2>/dev/null && [ -w "$RUN" ] && [ -w "$RUN/logs" ] ||
        fail "$(id -un) may not write to $RUN: run this as the user who made it, or remove it."
}

need_dotnet() {
    command -v dotnet >/dev/null ||
        fail "The .NET SDK is missing: install the .NET 10 SDK so that 'dotnet' is on the PATH."
    (cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
        fail "No installed .NET SDK suits global.json: install .NET SDK 10.0.100 or a later 10.0."
}

need_npm() {
    command -v node >/dev/null && command -v npm >/dev/null ||
        fail "Node and npm are missing: install them so that 'node' and 'npm' are on the PATH."
}

# Ports

port_taken() {
    local host
    for host in 127.0.0.1 ::1; do
        if (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null; then return 0; fi
    done
    return 1
}

# Below the range from which Linux gives ports to outgoing connections.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        port_taken "$port" || { say "$port"; return; }
    done
    fail "No free port was found between 20000 and 32000."
}

need_port_number() {
    [[ $1 =~ ^[0-9]{4,5}$ ]] && ((10#$1 >= 1024 && 10#$1 <= 65534)) ||
        fail "--port needs a number from 1024 to 65534, not '$1'."
}

need_free_port() {
    ! port_taken "$1" || fail "Port $1 is taken by another program: choose another with --port."
}

http_ok() { # PORT PATH
    local status
    status=$( (exec 3<>"/dev/tcp/127.0.0.1/$1" &&
        printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3 &&
        read -t 5 -r _ status _ <&3 && printf '%s' "$status") 2>/dev/null) || return 1
    [ "$status" = 200 ]
}

# Processes, each known by a file with its id and the moment it started, since ids are used again

start_time() { # PID; nothing when it is gone or a zombie
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # shellcheck disable=SC2086 # the fields after the name, which may hold spaces
    set -- ${stat##*) }
    [ "$1" != Z ] && printf '%s' "${20}"
}

process_runs() { # PIDFILE
    local pid started
    { read -r pid started <"$1"; } 2>/dev/null || return 1
    [ "$(start_time "$pid")" = "$started" ]
}

start_process() { # PIDFILE LOG FOLDER COMMAND...
    local pidfile=$1 log=$2 folder=$3 pid
    shift 3
    (cd "$folder" && exec setsid "$@") </dev/null >"$log" 2>&1 &
    pid=$!
    disown "$pid" # its end is told in our words, not the shell's
    printf '%s %s\n' "$pid" "$(start_time "$pid")" >"$pidfile"
}

stop_process() { # PIDFILE; 1 when nothing ran
    local pid deadline
    if ! process_runs "$1"; then
        rm -f "$1"
        return 1
    fi
    read -r pid _ <"$1"
    kill -TERM "$pid" 2>/dev/null || fail "Process $pid belongs to another user: stop it as that user."
    deadline=$((SECONDS + 30))
    while process_runs "$1"; do
        if ((SECONDS >= deadline)); then kill -KILL "$pid" 2>/dev/null || true; fi
        sleep 0.1
    done
    rm -f "$1"
}

# wait_for SECONDS PIDFILE COMMAND...: until the command succeeds; 1 when time is up or the process is gone.
wait_for() {
    local deadline=$((SECONDS + $1)) pidfile=$2
    shift 2
    until "$@"; do
        process_runs "$pidfile" && ((SECONDS < deadline)) || return 1
        sleep 0.2
    done
}

# Builds

build() { # PROJECT...
    local project log=$RUN/logs/build.log
    need_dotnet
    need_run_folder
    : >"$log"
    for project; do
        # One build at a time; -o keeps the lock from a compiler server that outlives the build.
        (cd "$ROOT" && flock -o "$RUN/build.lock" \
            dotnet build "$project" -c Release -p:RestoreLockedMode=true -nodeReuse:false --nologo -v q) \
            </dev/null >>"$log" 2>&1 && continue
        grep -E '(error|warning) [A-Z]+[0-9]+' "$log" | sort -u | head -n 10 >&2 || tail -n 10 "$log" >&2
        fail "$project did not build: the whole output is in $log."
    done
}

# publish_platform FOLDER: the platform as it is deployed, compiled ahead of time; 1 when it could not be. The lock files
# know no kind of machine: they are checked first, and left as they are.
publish_platform() {
    local log=$RUN/logs/publish.log kind
    case $(uname -m) in
        aarch64) kind=linux-arm64 ;;
        *) kind=linux-x64 ;;
    esac
    (cd "$ROOT" && rm -rf "$1.new" && exec 9>"$RUN/build.lock" && flock 9 &&
        dotnet restore hosts/Platform --locked-mode -v q &&
        dotnet publish hosts/Platform -c Release -r "$kind" --self-contained false -p:NuGetLockFilePath=obj/publish.lock.json \
            -nodeReuse:false --nologo -v q -o "$1.new" 9>&- &&
        rm -rf "$1" && mkdir -p "$(dirname "$1")" && mv "$1.new" "$1") </dev/null >"$log" 2>&1
}

# npm_install FOLDER: what its lock names, once. 'npm ci' is no use: it wants every optional package of
# other systems in the lock, also those that a registry does not serve. 'npm install' keeps to the lock as well.
npm_install() {
    local log=$RUN/logs/npm.log
    [ "$1/node_modules/.installed" -nt "$1/package-lock.json" ] && return
    need_npm
    need_run_folder
    (cd "$1" && npm install --no-save --ignore-scripts --no-audit --no-fund) </dev/null >"$log" 2>&1 ||
        fail "npm could not install the packages of $1: the whole output is in $log."
    touch "$1/node_modules/.installed"
}

# The issuer and the platform. STATE is the folder of one running set: .run, or .run/demo.

host_dll() { say "$ROOT/hosts/$1/bin/Release/net10.0/EqualitiesPlatform.$1.dll"; }

issuer_setting() { # STATE NAME
    sed -n 's/.*"'"$2"'" *: *"\([^"]*\)".*/\1/p' "$1/issuer/settings.json"
}

start_hosts() { # STATE GRPC_PORT HEALTH_PORT [SILOS]; needs ConnectionStrings__Ledger
    local state=$1 grpc=$2 health=$3 silos=${4:-1} number issuer dll
    mkdir -p "$state/issuer" "$state/logs"

    # The same port as last time where it is free, so that a token's issuer stays the same.
    { read -r issuer <"$state/issuer-port"; } 2>/dev/null && ! port_taken "$issuer" || issuer=$(free_port)
    say "$issuer" >"$state/issuer-port"
    rm -f "$state/issuer/ready"
    dll=$(host_dll Issuer)
    start_process "$state/issuer.pid" "$state/logs/issuer.log" "$(dirname "$dll")" \
        env ASPNETCORE_ENVIRONMENT=Development Issuer__Port="$issuer" Issuer__Directory="$state/issuer" dotnet "$dll"
    wait_for 60 "$state/issuer.pid" test -s "$state/issuer/ready" ||
        fail "The local issuer did not get ready: its log is $state/logs/issuer.log."

    # It wraps the keys of the people store, so it stays as long as the database does.
    [ -s "$state/installation-key" ] || (umask 077 && head -c 32 /dev/urandom | base64 >"$state/installation-key")

    # The first makes the tables; the others find it through them.
    for ((number = 1; number <= silos; number++)); do
        start_silo "$state" "$number" "$((grpc + 2 * (number - 1)))" "$((health + 2 * (number - 1)))"
    done
    printf '%s\n' "EQUALITIES_SERVER=http://localhost:$grpc" "EQUALITIES_ISSUER_DIR=$state/issuer" \
        "HEALTH=http://localhost:$health" >"$state/endpoints"
}

# The first silo's files have no number.
silo_name() { if [ "$1" = 1 ]; then say platform; else say "platform-$1"; fi; }

start_silo() { # STATE NUMBER GRPC_PORT HEALTH_PORT
    local state=$1 name issuer dll
    name=$(silo_name "$2")
    read -r issuer <"$state/issuer-port"
    dll=$(host_dll Platform)
    start_process "$state/$name.pid" "$state/logs/$name.log" "$(dirname "$dll")" \
        env ASPNETCORE_ENVIRONMENT=Development \
        Platform__GrpcPort="$3" Platform__HealthPort="$4" \
        AzureAd__Instance="https://localhost:$issuer/" \
        AzureAd__TenantId="$(issuer_setting "$state" tenantId)" \
        AzureAd__ClientId="$(issuer_setting "$state" clientId)" \
        SSL_CERT_FILE="$state/issuer/ca.pem" \
        ConnectionStrings__Ledger="$ConnectionStrings__Ledger" \
        Ledger__InstallationKey="${Ledger__InstallationKey:-$(<"$state/installation-key")}" \
        dotnet "$dll"
    wait_for 120 "$state/$name.pid" http_ok "$4" /readyz ||
        fail "The platform did not get ready: its log is $state/logs/$name.log."
}

stop_hosts() { # STATE; 1 when nothing ran
    local stopped=1 silo
    rm -f "$1/endpoints"
    for silo in "$1"/platform*.pid; do
        if stop_process "$silo"; then stopped=0; fi
    done
    if stop_process "$1/issuer.pid"; then stopped=0; fi
    return "$stopped"
}

endpoint() { # STATE NAME
    sed -n "s|^$2=||p" "$1/endpoints"
}

show_endpoints() { # STATE
    local health
    health=$(endpoint "$1" HEALTH)
    say "  gRPC    $(endpoint "$1" EQUALITIES_SERVER)  (with reflection)"
    say "  health  $health/livez and $health/readyz"
    say "  issuer  $(<"$1/issuer/ready")"
    say "  logs    $1/logs"
}
