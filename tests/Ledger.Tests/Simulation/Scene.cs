using Equalities.Options.V1;
using EqualitiesPlatform.Chaos;
using EqualitiesPlatform.Ledger.Append;
using Microsoft.Extensions.Logging.Abstractions;

namespace EqualitiesPlatform.Ledger.Tests.Simulation;

/// <summary>
/// Two silos with the product's own keepers and writer, a simulated server, clients that retry with the same request
/// id, and somebody who freezes, kills and stops. One seed is one history.
/// </summary>
internal sealed class Scene
{
    private const int Silos = 2;
    private const int Clients = 4;
    private const int EachClient = 4;

    private static readonly Catalogue Catalogue = new([typeof(Counter).Assembly], []);
    private static readonly DateTimeOffset Morning = new(2013, 4, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Streams = [.. Enumerable.Range(1, 3).Select(i => new Guid(i, 0, 0, [8, 0, 0, 0, 0, 0, 0, 1]))];

    private readonly World _world;
    private readonly Server _server;
    private readonly Func<IAppendWriter, IAppendWriter> _substitute;
    private readonly Silo[] _silos = new Silo[Silos];
    private readonly World.Place _outside;
    private readonly int _patience;
    private readonly List<Attempt> _attempts = [];
    private readonly List<Sight> _sights = [];
    private readonly HashSet<string> _recordNothing = [];
    private int _clientsLeft = Clients;

    private Scene(int seed, Func<IAppendWriter, IAppendWriter> substitute)
    {
        _world = new World(seed);
        _substitute = substitute;
        _server = new Server(_world, Catalogue, IsFair(seed) ? Weather.Fair : Weather.Foul);
        _patience = IsFair(seed) ? 10_000 : 60;
        _outside = new World.Place(_world);
        for (var s = 0; s < Silos; s++) _silos[s] = new Silo(this);
    }

    public IReadOnlyDictionary<string, int> Faults => _server.Faults;

    public History History => new(
        [.. _attempts.Where(a => !_recordNothing.Contains(a.Operation))], _sights,
        [.. _server.Ledger.Select(e => new Entry(e.Position, e.Stream, e.Version, OccasionHeaders.Parse(e.Headers).RequestId, e.StoredName))], []);

    /// <summary>What is wrong in the history of a seed: nothing, if the product is right.</summary>
    public IReadOnlyList<Finding> Findings => Checker.Check(History, CountersMayFollow);

    /// <summary>One history in eight is in fair weather, with patient callers: there nothing may end unknown.</summary>
    public static bool IsFair(int seed) => seed % 8 == 0;

    /// <summary>Plays the history of a seed.</summary>
    /// <param name="substitute">Stands before the product's writer.</param>
    public static Scene Play(int seed, Func<IAppendWriter, IAppendWriter>? substitute = null)
    {
        var scene = new Scene(seed, substitute ?? (writer => writer));
        for (var c = 0; c < Clients; c++)
        {
            var client = c;
            scene._outside.Begin(() => scene.Client(client));
        }
        if (!IsFair(seed)) scene._outside.Begin(scene.Trouble);
        scene._world.Run(mostSteps: 500_000);
        return scene;
    }

    internal static bool CountersMayFollow(IReadOnlyList<string> before, string next) =>
        (before.Count == 0) == (next == "tests.counter-opened.v1") && !before.Contains("tests.counter-closed.v1");

    private async Task Client(int client)
    {
        var actor = new Actor(new PersonId(new Guid(100 + client, 0, 0, new byte[8])), Role.Administrator, null);
        var seen = new Dictionary<Guid, long>();
        for (var n = 0; n < EachClient; n++)
        {
            // The first stream is hot, and meets all clients; so its commands fail for every reason there is.
            var id = Streams[_world.Chance(0.6) ? 0 : _world.Pick(Streams.Length)];
            var operation = $"{client}-{n}";
            ICommand command = _world.Pick(20) switch
            {
                _ when !seen.ContainsKey(id) => new OpenCounter(id, new PartnerId(id), null),
                0 => new CloseCounter(id),
                1 => new Count(id, 1, "no text \0"),
                2 => new Count(id, 0, operation),
                _ => new Count(id, 1, operation),
            };
            seen.TryAdd(id, 1);
            if (command is Count { By: 0 }) _recordNothing.Add(operation);
            long? expected = _world.Chance(0.3) ? seen[id] : null;
            if (command is OpenCounter) expected = null;
            var sent = new Sent(operation, command, new Envelope(new Occasion(Morning, LedgerClock.DayOf(Morning), actor, operation, operation, PolicyValues.None), "Simulation/Write", expected));

            // Some callers lose patience at once and send it twice.
            if (_world.Chance(0.1)) _ = Attempted(sent);
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var outcome = await Attempted(sent);
                if (outcome?.Receipt is { } receipt) seen[id] = Math.Max(seen[id], receipt.Version);
                if (outcome?.Failure is { Kind: FailureKind.LostRace }) seen[id]++;
                if (outcome is not null && outcome.Failure?.Kind is not (FailureKind.Unavailable or FailureKind.Busy)) break;
                await _world.Sleep(1 + _world.Pick(20));
            }
            if (_world.Chance(0.3)) _sights.Add(new Sight(command.Stream, _world.Now, _server.Ledger.Where(e => e.Stream == command.Stream).Select(e => e.Version).DefaultIfEmpty().Max()));
        }
        _clientsLeft--;
    }

    private sealed record Sent(string Operation, ICommand Command, Envelope Envelope);

    private async Task<Outcome?> Attempted(Sent sent)
    {
        var began = _world.Now;
        // Mostly by the silo that a directory would name; in trouble two may think so of themselves.
        var silo = _silos[_world.Chance(0.25) ? _world.Pick(Silos) : sent.Command.Stream[^1] % Silos];
        var answer = new TaskCompletionSource<Outcome?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.After(_world.Pick(5), () => silo.Place.Begin(async () =>
        {
            var outcome = await silo.Take(sent.Command, sent.Envelope);
            _world.After(_world.Pick(5), () => answer.TrySetResult(outcome));
        }));
        _world.After(_patience, () => answer.TrySetResult(null));
        var came = await answer.Task;
        var ending = came?.Receipt is not null ? Ending.Acknowledged : came?.Failure is null or { Kind: FailureKind.Unavailable } ? Ending.Unknown : Ending.NotDone;
        _attempts.Add(new Attempt(sent.Operation, sent.Command.Stream, sent.Envelope.ExpectedVersion, began, _world.Now, ending, came?.Receipt?.Version ?? 0, came?.Receipt?.Position ?? 0));
        return came;
    }

    private async Task Trouble()
    {
        while (_clientsLeft > 0)
        {
            await _world.Sleep(20 + _world.Pick(150));
            var s = _world.Pick(Silos);
            switch (_world.Pick(4))
            {
                case 0:
                    _server.Count("silo frozen");
                    _silos[s].Place.Freeze(20 + _world.Pick(200));
                    break;
                case 1:
                    _server.Count("silo killed");
                    _silos[s].Place.Dead = true;
                    _silos[s] = new Silo(this);
                    break;
                case 2:
                    _server.Count("silo stopped");
                    _silos[s].Stop();
                    _silos[s] = new Silo(this);
                    break;
                default:
                    _server.Count("server away");
                    _server.Down = true;
                    await _world.Sleep(10 + _world.Pick(60));
                    _server.Down = false;
                    break;
            }
        }
        foreach (var silo in _silos) silo.Stop();
    }

    private sealed class Silo
    {
        private readonly GrainLedger _ledger;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Dictionary<string, (StreamKeeper<Counter> Keeper, Task Last)> _grains = [];

        public Silo(Scene scene)
        {
            Place = new World.Place(scene._world);
            var store = scene._server.Connect();
            var writer = new AppendWriter(store, NullLogger<AppendWriter>.Instance);
            _ledger = new GrainLedger(scene._substitute(writer), store, Catalogue) { ReplayWithout = 2 };
            Place.Begin(() => writer.Drain(_stopping.Token));
        }

        public World.Place Place { get; }

        public void Stop() => Place.Post(_ => _stopping.Cancel(), null);

        /// <summary>One command at a time for each stream, as a grain takes them.</summary>
        public async Task<Outcome> Take(ICommand command, Envelope envelope)
        {
            var (keeper, before) = _grains.TryGetValue(command.Stream, out var grain) ? grain : (new(_ledger, command.Stream), Task.CompletedTask);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _grains[command.Stream] = (keeper, done.Task);
            await before;
            try
            {
                return await keeper.Execute(command, envelope);
            }
            finally
            {
                done.SetResult();
            }
        }
    }
}
