-- The T1583.004 query of the pack, written by hand for DuckDB, clause by clause.
--
-- In: a table or view DeviceNetworkEvents, and the variable now_text for now(). Out: the rows and columns that the KQL gives.
-- Where SQL and KQL differ:
--   * AccountName is InitiatingProcessAccountName: Microsoft's table has no AccountName.
--   * has_any finds a term: no letter or digit may stand before or after it. Case does not count.
--   * has_any over the set of processes looks through the JSON text of the set.
--   * make_set keeps any 10, or any 5, different values; here all are kept, and the comparison is fair where there are no more than that.
--   * dcount is exact here; Kusto's is, too, for counts this small.
--   * datetime_diff counts the minute boundaries crossed, as date_diff does, with its arguments the other way round.
WITH filtered AS (
  SELECT "Timestamp", "DeviceName", "InitiatingProcessAccountName" AS "AccountName", "RemoteIP", "RemoteUrl", "RemotePort", "InitiatingProcessFileName"
  FROM DeviceNetworkEvents
  WHERE "Timestamp" > getvariable('now_text')::TIMESTAMP - INTERVAL 24 HOURS
    AND "ActionType" = 'ConnectionSuccess'
    AND "RemoteIPType" = 'Public'
    AND NOT regexp_matches("RemoteUrl", '(?i)(^|[^\pL\pN])(microsoft\.com|windows\.com|windowsupdate\.com|office\.com|live\.com|azure\.com|microsoftonline\.com|office365\.com|akamaiedge\.net|akamaitechnologies\.com|cloudflare\.com|cloudflare-dns\.com|amazonaws\.com|googleusercontent\.com|googleapis\.com|apple\.com|icloud\.com|digicert\.com|verisign\.com|ocsp\.sectigo\.com|crl\.microsoft\.com|ctldl\.windowsupdate\.com|login\.microsoftonline\.com)([^\pL\pN]|$)')
    AND lower("InitiatingProcessFileName") NOT IN (
      'msedge.exe', 'chrome.exe', 'firefox.exe', 'iexplore.exe', 'opera.exe', 'brave.exe', 'outlook.exe', 'teams.exe',
      'slack.exe', 'zoom.exe', 'onedrive.exe', 'dropbox.exe', 'steam.exe', 'msedgewebview2.exe', 'microsoftedgecp.exe')
),
grouped AS (
  SELECT
    "DeviceName", "AccountName", "RemoteIP", "RemoteUrl",
    count(*) AS "ConnectionCount",
    min("Timestamp") AS first_seen,
    max("Timestamp") AS last_seen,
    count(DISTINCT "RemotePort") AS "DistinctPorts",
    list(DISTINCT "RemotePort") AS "Ports",
    list(DISTINCT "InitiatingProcessFileName") AS "Processes"
  FROM filtered
  GROUP BY "DeviceName", "AccountName", "RemoteIP", "RemoteUrl"
  HAVING count(*) >= 10
),
timed AS (
  SELECT *, date_diff('minute', first_seen, last_seen) AS "DurationMinutes" FROM grouped
),
judged AS (
  SELECT *,
    "DurationMinutes"::DOUBLE / "ConnectionCount"::DOUBLE AS "AvgIntervalMinutes",
    regexp_matches(to_json("Processes")::VARCHAR, '(?i)(^|[^\pL\pN])(powershell\.exe|pwsh\.exe|cmd\.exe|wscript\.exe|cscript\.exe|rundll32\.exe|regsvr32\.exe|mshta\.exe|certutil\.exe|bitsadmin\.exe|curl\.exe|wget\.exe|msiexec\.exe|odbcconf\.exe|wmic\.exe|msbuild\.exe|csc\.exe)([^\pL\pN]|$)') AS "IsSuspiciousProcess"
  FROM timed
  WHERE "DurationMinutes" > 30
),
scored AS (
  SELECT *, "AvgIntervalMinutes" BETWEEN 0.5 AND 60.0 AS "IsBeaconInterval" FROM judged
)
SELECT
  last_seen AS "Timestamp", "DeviceName", "AccountName", "RemoteIP", "RemoteUrl", "ConnectionCount", "DurationMinutes", "AvgIntervalMinutes",
  "DistinctPorts", "Ports", "Processes", "IsSuspiciousProcess", "IsBeaconInterval",
  CASE
    WHEN "IsSuspiciousProcess" AND "IsBeaconInterval" THEN 3
    WHEN "IsSuspiciousProcess" THEN 2
    WHEN "IsBeaconInterval" AND "ConnectionCount" > 30 THEN 2
    ELSE 1
  END AS "RiskScore"
FROM scored
WHERE "IsBeaconInterval" OR "IsSuspiciousProcess"
ORDER BY "RiskScore" DESC, "ConnectionCount" DESC
