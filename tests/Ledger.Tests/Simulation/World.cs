namespace EqualitiesPlatform.Ledger.Tests.Simulation;

/// <summary>
/// A small world on one thread: whatever could run next, the seed chooses. There is no clock but the number of steps.
/// The same seed gives the same history, so that a failure can be looked at again.
/// </summary>
internal sealed class World(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<(Place Place, SendOrPostCallback Work, object? State)> _ready = [];
    private readonly PriorityQueue<Action, (long Due, int Order)> _later = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _order;

    public long Now { get; private set; }

    public int Pick(int below) => _random.Next(below);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Does something after so many steps, in no place: a wire or a server.</summary>
    public void After(int steps, Action action) => _later.Enqueue(action, (Now + Math.Max(1, steps), _order++));

    public Task Sleep(int steps)
    {
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(steps, woken.SetResult);
        return woken.Task;
    }

    /// <summary>Until nothing is left to do.</summary>
    public void Run(long mostSteps)
    {
        while (_ready.Count > 0 || _later.Count > 0)
        {
            if (++Now > mostSteps) throw new InvalidOperationException($"Nothing has settled after {mostSteps} steps.");
            if (_ready.Count == 0 && _later.TryPeek(out _, out var next)) Now = Math.Max(Now, next.Due);
            while (_later.TryPeek(out var action, out var due) && due.Due <= Now)
            {
                _later.Dequeue();
                action();
            }
            if (_ready.Count == 0) continue;
            var at = _random.Next(_ready.Count);
            var (place, work, state) = _ready[at];
            _ready[at] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            place.Do(work, state);
        }
    }

    private void Ready(Place place, SendOrPostCallback work, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("Something runs outside the simulated world.");
        _ready.Add((place, work, state));
    }

    /// <summary>A process: it may freeze and go on, or die, and with it all that it was about to do.</summary>
    internal sealed class Place(World world) : SynchronizationContext
    {
        private readonly List<(SendOrPostCallback, object?)> _frozen = [];
        private bool _isFrozen;

        public bool Dead { get; set; }

        public override void Post(SendOrPostCallback d, object? state) => world.Ready(this, d, state);

        public void Begin(Func<Task> work) => Post(async _ => await work(), null);

        public void Freeze(int steps)
        {
            if (_isFrozen) return;
            _isFrozen = true;
            world.After(steps, () =>
            {
                _isFrozen = false;
                foreach (var (work, state) in _frozen) Post(work, state);
                _frozen.Clear();
            });
        }

        internal void Do(SendOrPostCallback work, object? state)
        {
            if (Dead) return;
            if (_isFrozen)
            {
                _frozen.Add((work, state));
                return;
            }
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                work(state);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
