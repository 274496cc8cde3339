#!/usr/bin/env bash
# Fuzzes request documents for some seconds (30), where nightly Rust and cargo-fuzz are present; says so where not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds=${1:-30}

if ! cargo +nightly --version >/dev/null 2>&1 || ! command -v cargo-fuzz >/dev/null 2>&1; then
  echo "Fuzzing skipped: it needs nightly Rust and cargo-fuzz (cargo install cargo-fuzz)."
  exit 0
fi
mkdir -p corpus/request
cargo +nightly fuzz run --fuzz-dir . request corpus/request seeds/request ../core/tests/api -- \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -dict=request.dict -print_final_stats=1
