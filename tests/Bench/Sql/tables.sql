-- What pgbench writes into: tables and indexes of the shape that Marten gives its own.
drop schema if exists bench cascade;
create schema bench;
create table bench.stream (id text primary key, version bigint not null, timestamp timestamptz not null);
create table bench.event (
  seq_id bigint primary key generated always as identity,
  id uuid not null,
  stream_id text not null,
  version bigint not null,
  data jsonb not null,
  type text not null,
  timestamp timestamptz not null,
  unique (stream_id, version));
insert into bench.stream select 'commitment/' || n, 0, now() from generate_series(1, 10000) n;
