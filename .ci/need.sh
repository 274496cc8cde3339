# Sourced by ./run, ./check and .ci/run: sees to what they need and says what it does.
# Messages go to the error stream, so that the output of a run stays its own.

say() { printf '%s\n' "$*" >&2; }

# need_debian COMMAND PACKAGE: a program of Debian's packages.
need_debian() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing $2 (for $1) from Debian's packages ..."
    apt-get install -y -qq "$2" >&2 || { apt-get update -qq >&2 && apt-get install -y -qq "$2" >&2; }
  else
    say "$1 is missing. Install it with:  sudo apt-get install -y $2"
    exit 1
  fi
}

# need_rust: cargo, and the linker it calls.
need_rust() {
  if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  fi
  need_debian cargo cargo
  need_debian cc build-essential
}

# need_postgres: a PostgreSQL server to be started by the tests, unless HEADSTOCK_WITHOUT_POSTGRES is set.
need_postgres() {
  [ -n "${HEADSTOCK_WITHOUT_POSTGRES:-}" ] && return 0
  [ -n "${HEADSTOCK_POSTGRES_BIN:-}" ] && return 0
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return 0
  need_debian initdb postgresql
}

# have_component NAME: whether cargo NAME works; asks rustup for it when it does not.
have_component() {
  cargo "$1" --version >/dev/null 2>&1 && return 0
  local component=$1
  [ "$1" = fmt ] && component=rustfmt
  if command -v rustup >/dev/null 2>&1; then
    say "Installing $component with rustup ..."
    rustup component add "$component" >&2 && return 0
  fi
  say "NOT CHECKED: cargo $1 is missing. Install it with:  rustup component add $component"
  return 1
}
