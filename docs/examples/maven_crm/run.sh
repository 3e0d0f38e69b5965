#!/bin/sh
# Brings the Maven sales data into a workspace of its own. Usage: docs/examples/maven_crm/run.sh DATA_FOLDER
# The folder holds accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv (or the same with .gz).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sila=$here/../../../sila
data=${1:?"say where the data lies: run.sh DATA_FOLDER"}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in accounts products sales_teams sales_pipeline; do
    if [ -f "$data/$name.csv.gz" ]; then gunzip -c "$data/$name.csv.gz" > "$work/$name.csv"; else cp "$data/$name.csv" "$work/"; fi
done
take() { # entity, file, map
    "$sila" import "$1" "$2" --workspace maven ${3:+--map "$here/$3"} --refused "$(pwd)/maven_$1.refused.csv"
}
"$sila" workspace maven --name "Maven" --owner admin@maven.example --currency USD --language en --without-pipeline --if-missing
"$sila" field maven organizations "سنة التأسيس" --english "Year established" --kind number
"$sila" field maven organizations "الإيرادات (مليون)" --english "Revenue (millions)" --kind number
"$sila" field maven organizations "عدد الموظفين" --english "Number of employees" --kind number
take units "$work/sales_teams.csv" units.toml
take members "$work/sales_teams.csv" members.toml
take products "$work/products.csv" products.toml
take organizations "$work/accounts.csv" organizations.toml
take pipelines "$here/pipelines.csv"
take stages "$here/stages.csv"
take opportunities "$work/sales_pipeline.csv" opportunities.toml
