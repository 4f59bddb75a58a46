namespace EqualitiesPlatform.Engagement;

/// <summary>What engages people.</summary>
internal enum CalendarKind
{
    /// <summary>A consultation.</summary>
    Consultation = 1,
    /// <summary>A meeting of a network.</summary>
    NetworkMeeting,
}

/// <summary>Something in the calendar.</summary>
/// <param name="Record">The consultation's or network's id.</param>
/// <param name="Organisations">Who consults, or who belongs to the network.</param>
/// <param name="Groups">Whom it should hear; none for everybody.</param>
internal sealed record EngagementEntry(
    CalendarKind Kind, Guid Record, string Title, IReadOnlyList<PartnerId> Organisations, DateOnly First, DateOnly Last, IReadOnlyList<string> Groups);

/// <summary>Two entries that ask too much of the same people at once.</summary>
internal sealed record EngagementClash(Guid First, Guid Second, DateOnly From, DateOnly Until, string Why);

/// <summary>
/// Everyone's engagement between two days, so that the same people are not asked by everybody at once (Policy, "How" W5;
/// Report 5.2). Two consultations clash while both are open to the same group, or both to everybody; two meetings when one
/// organisation belongs to both networks and they are on one day.
/// </summary>
internal static class EngagementCalendar
{
    public static IReadOnlyList<EngagementEntry> Entries(
        IEnumerable<ConsultationRegister> consultations, IEnumerable<NetworkRegister> networks, DateOnly from, DateOnly until) =>
    [
        .. consultations.Where(c => c.Stage is not ConsultationStage.Withdrawn)
            .Select(c => new EngagementEntry(CalendarKind.Consultation, c.Consultation.Value, c.Title, [c.Organisation], c.OpensOn, c.ClosesOn, c.Groups))
            .Concat(networks.SelectMany(n => n.Meetings.Select(m => (On: m.EffectiveOn, Of: string.Join("; ", m.Agenda))).Concat(n.Planned.Select(p => (p.On, Of: p.Topic)))
                .Select(m => new EngagementEntry(CalendarKind.NetworkMeeting, n.Network.Value, $"{n.Name}: {m.Of}", n.Organisations, m.On, m.On, []))))
            .Where(e => e.First <= until && e.Last >= from)
            .OrderBy(e => e.First).ThenBy(e => e.Last).ThenBy(e => e.Record),
    ];

    public static IReadOnlyList<EngagementClash> Clashes(IReadOnlyList<EngagementEntry> entries)
    {
        var clashes = new List<EngagementClash>();
        for (var i = 0; i < entries.Count; i++)
            for (var j = i + 1; j < entries.Count && entries[j].First <= entries[i].Last; j++)
                if (Why(entries[i], entries[j]) is { } why)
                    clashes.Add(new(entries[i].Record, entries[j].Record, entries[j].First, entries[i].Last < entries[j].Last ? entries[i].Last : entries[j].Last, why));
        return clashes;
    }

    private static string? Why(EngagementEntry one, EngagementEntry other)
    {
        if (one.Kind != other.Kind) return null;
        if (one.Kind is CalendarKind.NetworkMeeting)
            return one.Record != other.Record && one.Organisations.Intersect(other.Organisations).Count() is > 0 and var both
                ? $"{both} {(both == 1 ? "organisation belongs" : "organisations belong")} to both networks" : null;
        if (one.Groups.Count == 0 && other.Groups.Count == 0) return "Both ask everybody";
        return one.Groups.Intersect(other.Groups).Select(AssessedGroups.Printed).ToArray() is { Length: > 0 } groups ? $"Both ask {string.Join(", ", groups)}" : null;
    }
}
