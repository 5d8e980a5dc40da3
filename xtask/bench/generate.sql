-- DeviceNetworkEvents of a made-up company, as Parquet. Every value is a hash of the row's number, so every run makes the same rows.
--
-- In: the variables row_count, first_row, hours and now_text. Out: the view `events`: row_count rows from first_row on, over the hours before now.
--   Per host 4,000 rows; over 36 hours a third of them lies outside the rule's 24.
--   Half of the rows are browsers; a twentieth are processes that the rule calls suspicious; the rest are services and agents.
--   A process of a host talks to few destinations, one of them most of the time, so that groups reach the rule's ten connections.
CREATE OR REPLACE MACRO pick(list, number) AS list[1 + (number % len(list))::BIGINT];

CREATE OR REPLACE VIEW numbered AS
SELECT
  i,
  (hash(i) % greatest(1, getvariable('row_count') // 4000))::BIGINT AS host,
  hash(i + 1000000007) AS a,   -- which process
  hash(i + 2000000011) AS b,   -- which destination
  hash(i + 3000000019) AS c,   -- when
  hash(i + 4000000007) AS d    -- action, kind of address, ports
FROM range(getvariable('first_row'), getvariable('first_row') + getvariable('row_count')) AS r(i);

CREATE OR REPLACE VIEW with_process AS
SELECT *,
  CASE
    WHEN a % 100 < 50 THEN pick(['chrome.exe', 'msedge.exe', 'Firefox.exe', 'msedgewebview2.exe', 'MicrosoftEdgeCP.exe'], host)
    WHEN a % 100 < 65 THEN pick(['OUTLOOK.EXE', 'Teams.exe', 'slack.exe', 'OneDrive.exe'], a // 100)
    WHEN a % 100 < 95 THEN pick(['svchost.exe', 'monitoragent.exe', 'updater.exe', 'backupclient.exe', 'licenseclient.exe', 'runner.exe', 'rmmservice.exe'], a // 100)
    ELSE pick(['powershell.exe', 'rundll32.exe', 'curl.exe', 'MSBuild.exe'], host // 7)
  END AS process
FROM numbered;

-- Nine of ten connections of a host's process go to one of three destinations of its own; the rest go anywhere.
CREATE OR REPLACE VIEW with_destination AS
SELECT *,
  CASE WHEN b % 10 < 9 THEN (hash(process || host::VARCHAR) + (b // 10) % 3) % 50000 ELSE (b // 10) % 50000 END::BIGINT AS destination
FROM with_process;

CREATE OR REPLACE VIEW events AS
SELECT
  (getvariable('now_text')::TIMESTAMP - to_microseconds((c % (getvariable('hours') * 3600000000)::UBIGINT)::BIGINT)) AS "Timestamp",
  sha1(host::VARCHAR) AS "DeviceId",
  format('ws-{:05d}.corp.example', host) AS "DeviceName",
  pick(['ConnectionSuccess', 'ConnectionSuccess', 'ConnectionSuccess', 'ConnectionSuccess', 'ConnectionFailed', 'ConnectionAttempt'], d) AS "ActionType",
  format('{}.{}.{}.{}', 20 + destination % 150, destination // 150 % 256, destination % 251, 1 + destination % 254) AS "RemoteIP",
  pick([443, 443, 443, 80, 8080, 8443]::INTEGER[], d // 10) AS "RemotePort",
  CASE destination % 10
    WHEN 0 THEN ''
    WHEN 1 THEN ''
    WHEN 2 THEN format('node{}.microsoft.com', destination)
    WHEN 3 THEN format('cdn-{}.AkamaiEdge.net', destination)
    WHEN 4 THEN format('https://bucket{}.s3.amazonaws.com/objects/list', destination)
    WHEN 5 THEN format('edge{}.cloudflare.com:443', destination)
    WHEN 6 THEN format('app{}.notmicrosoft.example', destination)
    ELSE format('api{}.vendor{}.example', destination, destination % 997)
  END AS "RemoteUrl",
  format('10.{}.{}.{}', host // 65536, host // 256 % 256, host % 256) AS "LocalIP",
  (49152 + d // 100 % 16384)::INTEGER AS "LocalPort",
  'Tcp' AS "Protocol",
  'Private' AS "LocalIPType",
  CASE WHEN destination % 12 = 0 THEN 'Private' WHEN destination % 97 = 0 THEN 'Loopback' ELSE 'Public' END AS "RemoteIPType",
  sha1(process) AS "InitiatingProcessSHA1",
  process AS "InitiatingProcessFileName",
  (1000 + hash(process || host::VARCHAR) % 30000)::BIGINT AS "InitiatingProcessId",
  format('"C:\Program Files\Vendor\{}" --profile {}', process, destination % 100) AS "InitiatingProcessCommandLine",
  lower(format('c:\program files\vendor\{}', process)) AS "InitiatingProcessFolderPath",
  'corp' AS "InitiatingProcessAccountDomain",
  CASE WHEN a % 100 < 65 THEN format('user{}', host) ELSE 'system' END AS "InitiatingProcessAccountName",
  'services.exe' AS "InitiatingProcessParentFileName",
  i AS "ReportId"
FROM with_destination;
