#!/usr/bin/env bash
# Annotations in the log, a summary of the step, and the files that were asked for. Ends with promptlint's exit code.
set -euo pipefail

promptlint=promptlint
if [ "$INSTALL" != none ]; then
  python=$(command -v python3 || command -v python)
  "$python" -m venv "$RUNNER_TEMP/promptlint"
  programs=$RUNNER_TEMP/promptlint/bin
  [ -d "$programs" ] || programs=$RUNNER_TEMP/promptlint/Scripts # Windows
  "$programs/python" -m pip install --quiet "${INSTALL:-$GITHUB_ACTION_PATH/../../..}"
  promptlint=$programs/promptlint
fi

arguments=(--format github --output "markdown:$RUNNER_TEMP/promptlint.md")
[ -z "$AGAINST" ] || arguments+=(--against "$AGAINST")
[ -z "$MODEL" ] || arguments+=(--model "$MODEL")
[ -z "$FAIL_ON" ] || arguments+=(--fail-on "$FAIL_ON")
[ -z "$SARIF" ] || arguments+=(--output "sarif:$SARIF")
[ -z "$HTML" ] || arguments+=(--output "html:$HTML")
while IFS= read -r line; do
  line=${line%$'\r'}
  [ -z "$line" ] || arguments+=("$line")
done <<< "$ARGUMENTS"
arguments+=(--)
while IFS= read -r line; do
  line=${line%$'\r'}
  [ -z "$line" ] || arguments+=("$line")
done <<< "$PATHS"

rm -f "$RUNNER_TEMP/promptlint.md"
code=0
"$promptlint" check "${arguments[@]}" || code=$?
if [ "$code" -le 1 ] && [ -f "$RUNNER_TEMP/promptlint.md" ]; then
  cat "$RUNNER_TEMP/promptlint.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
