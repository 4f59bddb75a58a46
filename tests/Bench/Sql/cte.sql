\set n random(1, 10000)
with moved as (
  update bench.stream set version = version + 1, timestamp = now() where id = 'commitment/' || :n::text returning id, version
)
insert into bench.event (id, stream_id, version, data, type, timestamp) select gen_random_uuid(), id, version,
  '{"status": "OnTrack", "narrative": "Two of the three sites were audited with the network of disabled residents; the third follows after its works. Two of the three sites were audited with the network of disabled residents; the third follows after its works. Two of t", "percent": 66, "effectiveOn": "2013-06-30"}', 'bench.progress-reported.v1', now() from moved;
