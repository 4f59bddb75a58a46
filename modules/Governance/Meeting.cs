namespace EqualitiesPlatform.Governance;

// A meeting of a body: its agenda of papers in the Report's own shape, who attended, and what was minuted of each
// recommendation (Report, heading, 7). What was agreed, also with amendments, is asked of the partners it names.

/// <summary>A command to a meeting.</summary>
public interface IMeetingCommand : ICommand
{
    /// <summary>The meeting.</summary>
    MeetingId Meeting { get; }

    string ICommand.Stream => StreamKey.Of(MeetingId.Kind, Meeting.Value);
}

/// <summary>Call a meeting of a body.</summary>
/// <param name="Key">Its key, from which the references of its minutes are made, such as crc-2013-11-19.</param>
[GenerateSerializer, Immutable]
public sealed record CallMeeting(MeetingId Meeting, string Key, BodyId Body, DateOnly On, string? Place) : IMeetingCommand;

/// <summary>Move a meeting to another day, before anything of it is minuted.</summary>
[GenerateSerializer, Immutable]
public sealed record MoveMeeting(MeetingId Meeting, DateOnly On, string Reason) : IMeetingCommand;

/// <summary>Cancel a meeting, before anything of it is minuted.</summary>
[GenerateSerializer, Immutable]
public sealed record CancelMeeting(MeetingId Meeting, string Reason) : IMeetingCommand;

/// <summary>Table a paper under an item of the agenda, or put another edition in its place.</summary>
[GenerateSerializer, Immutable]
public sealed record TablePaper(MeetingId Meeting, Paper Paper) : IMeetingCommand;

/// <summary>Withdraw a paper from the agenda.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawPaper(MeetingId Meeting, int Item, string Reason) : IMeetingCommand;

/// <summary>Publish the agenda with its papers; what is tabled afterwards is marked as late.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishAgenda(MeetingId Meeting) : IMeetingCommand;

/// <summary>Record who attended and who sent apologies, by office and organisation.</summary>
[GenerateSerializer, Immutable]
public sealed record RecordAttendance(MeetingId Meeting, IReadOnlyList<Attendee> Attendees) : IMeetingCommand;

/// <summary>Minute what became of a recommendation.</summary>
/// <param name="Item">The paper's item.</param>
/// <param name="Recommendation">Which of the paper's recommendations, from 1.</param>
/// <param name="Wording">The wording that was agreed, when it was amended.</param>
/// <param name="Minute">What the minutes say.</param>
[GenerateSerializer, Immutable]
public sealed record MinuteRecommendation(
    MeetingId Meeting, int Item, int Recommendation, MinutedOutcome Outcome, string? Wording, string Minute) : IMeetingCommand;

/// <summary>Approve the minutes, at a later meeting; nothing of them changes any more.</summary>
/// <param name="At">Where they were approved: a minute of that meeting.</param>
[GenerateSerializer, Immutable]
public sealed record ApproveMinutes(MeetingId Meeting, string At, DateOnly? EffectiveOn) : IMeetingCommand;

/// <summary>Publish the minutes, as a draft while they are not approved.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishMinutes(MeetingId Meeting, string Reference) : IMeetingCommand;

/// <summary>Take note of how a partner stands to what was agreed; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record HearAnswer(
    MeetingId Meeting, int Item, int Recommendation, PartnerId Partner, CommitmentId Commitment, MinuteAnswer Answer, string? Reason) : IMeetingCommand;

/// <summary>What became of a recommendation.</summary>
public enum MinutedOutcome
{
    /// <summary>Taken note of.</summary>
    Noted = 1,
    /// <summary>Given consideration.</summary>
    Considered,
    /// <summary>Agreed as it stands in the paper.</summary>
    Agreed,
    /// <summary>Agreed in another wording.</summary>
    Amended,
    /// <summary>Put off.</summary>
    Deferred,
}

/// <summary>How a partner stands to what a body agreed.</summary>
public enum MinuteAnswer
{
    /// <summary>The commitment was put to it, and it has not answered.</summary>
    Asked = 1,
    /// <summary>It took the commitment on.</summary>
    Accepted,
    /// <summary>It would take it on in another form.</summary>
    Modified,
    /// <summary>It would not take it on.</summary>
    Declined,
    /// <summary>It did what it took on.</summary>
    Completed,
    /// <summary>The commitment was taken back.</summary>
    Withdrawn,
}

/// <summary>How somebody attended.</summary>
public enum Attendance
{
    /// <summary>Present as a member.</summary>
    Present = 1,
    /// <summary>Present, and not a member.</summary>
    InAttendance,
    /// <summary>Away, with apologies.</summary>
    Apologies,
    /// <summary>Away, with somebody in their place.</summary>
    Substituted,
}

/// <summary>An office that attended, or did not.</summary>
[GenerateSerializer, Immutable]
public sealed record Attendee(string Office, PartnerId? Organisation, Attendance Attendance);

/// <summary>A paper, in the shape that the Report has.</summary>
/// <param name="Item">Its item on the agenda, from 1.</param>
/// <param name="ReportOf">Whose report it is: an office.</param>
/// <param name="Summary">Summary and purpose.</param>
/// <param name="InputRequested">What the body is asked to do.</param>
/// <param name="Contact">The office to ask.</param>
[GenerateSerializer, Immutable]
public sealed record Paper(
    int Item, string Title, string ReportOf, string Summary, string InputRequested, string Contact,
    IReadOnlyList<PaperParagraph> Paragraphs, IReadOnlyList<PaperRecommendation> Recommendations);

/// <summary>A numbered paragraph of a paper.</summary>
/// <param name="Number">Its number, such as 4.2.</param>
[GenerateSerializer, Immutable]
public sealed record PaperParagraph(string Number, string Text);

/// <summary>A recommendation of a paper.</summary>
/// <param name="Text">What is recommended.</param>
/// <param name="Partners">The partners that it names: once it is agreed, each is asked to commit to it.</param>
/// <param name="DueOn">By when, where it says so.</param>
[GenerateSerializer, Immutable]
public sealed record PaperRecommendation(string Text, IReadOnlyList<PartnerId> Partners, DateOnly? DueOn);

/// <summary>A meeting is called.</summary>
[RecordedBy<Meeting>("governance.meeting-called.v1")]
public sealed record MeetingCalled(MeetingId Meeting, string Key, BodyId Body, DateOnly On, string? Place);

/// <summary>It is on another day.</summary>
[RecordedBy<Meeting>("governance.meeting-moved.v1")]
public sealed record MeetingMoved(DateOnly From, DateOnly To, string Reason);

/// <summary>It will not be held.</summary>
[RecordedBy<Meeting>("governance.meeting-cancelled.v1")]
public sealed record MeetingCancelled(string Reason);

/// <summary>A paper is on the agenda.</summary>
/// <param name="Edition">Which edition of the item's paper it is, from 1.</param>
/// <param name="Late">Whether the agenda was published without it.</param>
[RecordedBy<Meeting>("governance.paper-tabled.v1")]
public sealed record PaperTabled(Paper Paper, int Edition, bool Late);

/// <summary>A paper is off the agenda.</summary>
[RecordedBy<Meeting>("governance.paper-withdrawn.v1")]
public sealed record PaperWithdrawn(int Item, string Reason);

/// <summary>The agenda with its papers was published.</summary>
/// <param name="Items">Its items, in order.</param>
[RecordedBy<Meeting>("governance.agenda-published.v1")]
public sealed record AgendaPublished(IReadOnlyList<int> Items);

/// <summary>Who attended is on record.</summary>
[RecordedBy<Meeting>("governance.attendance-recorded.v1")]
public sealed record AttendanceRecorded(IReadOnlyList<Attendee> Attendees);

/// <summary>What became of a recommendation is minuted.</summary>
/// <param name="Reference">The minute's reference, the source of what follows from it, such as minute:crc-2013-11-19-i5-r1.</param>
/// <param name="Wording">What was recommended, or agreed in its place.</param>
/// <param name="Partners">Who is asked to commit to it: none unless it was agreed, also with amendments.</param>
/// <param name="EffectiveOn">The day of the meeting.</param>
[RecordedBy<Meeting>("governance.recommendation-minuted.v1")]
public sealed record RecommendationMinuted(
    int Item, int Recommendation, MinutedOutcome Outcome, string Reference, [property: Statement] string Wording, [property: Statement] string Minute,
    IReadOnlyList<PartnerId> Partners, DateOnly? DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The minutes were approved as a true record.</summary>
[RecordedBy<Meeting>("governance.minutes-approved.v1")]
public sealed record MinutesApproved(string At, DateOnly EffectiveOn) : IEffective;

/// <summary>The minutes were published.</summary>
/// <param name="Draft">Whether they were not approved yet.</param>
[RecordedBy<Meeting>("governance.minutes-published.v1")]
public sealed record MinutesPublished(string Reference, bool Draft);

/// <summary>A partner stands so to what was agreed.</summary>
[RecordedBy<Meeting>("governance.answer-to-minute-heard.v1")]
public sealed record AnswerToMinuteHeard(
    int Item, int Recommendation, PartnerId Partner, CommitmentId Commitment, MinuteAnswer Answer, [property: Statement] string? Reason);

/// <summary>The references of minutes, which say whence a commitment comes.</summary>
public static partial class MinuteReference
{
    /// <summary>The reference of what was minuted of a recommendation.</summary>
    public static string Of(string meetingKey, int item, int recommendation) => FormattableString.Invariant($"minute:{meetingKey}-i{item}-r{recommendation}");

    /// <summary>The key of the commitment that a minute asks of a partner; the same however often it is asked.</summary>
    /// <param name="partner">The partner's key, or its id where it has none.</param>
    public static string CommitmentKey(string reference, string partner) => $"{reference["minute:".Length..]}-{partner}";

    /// <summary>What a reference names; null when it is no minute's.</summary>
    public static (string MeetingKey, int Item, int Recommendation)? Read(string reference) =>
        Form().Match(reference) is { Success: true } match
            ? (match.Groups[1].Value, int.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(match.Groups[3].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
            : null;

    [System.Text.RegularExpressions.GeneratedRegex("^minute:(.+)-i([0-9]{1,4})-r([0-9]{1,4})$")]
    private static partial System.Text.RegularExpressions.Regex Form();
}

/// <summary>What deciding about a meeting needs to know.</summary>
internal sealed record Meeting(
    MeetingCalled? Called, DateOnly On, bool Cancelled, IReadOnlyDictionary<int, PaperTabled> Papers, IReadOnlyDictionary<int, int> Editions,
    IReadOnlyList<int>? Agenda, IReadOnlyList<Attendee> Attendees,
    IReadOnlyDictionary<(int Item, int Recommendation), RecommendationMinuted> Minuted, MinutesApproved? Approved, MinutesPublished? Published,
    IReadOnlyDictionary<CommitmentId, AnswerToMinuteHeard> Answers) : IAggregate<Meeting>
{
    public static string Kind => MeetingId.Kind;

    public static Meeting Unborn { get; } = new(
        null, default, false, new Dictionary<int, PaperTabled>(), new Dictionary<int, int>(), null, [],
        new Dictionary<(int, int), RecommendationMinuted>(), null, null, new Dictionary<CommitmentId, AnswerToMinuteHeard>());

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Meeting state, ICommand command, Occasion occasion) => command switch
    {
        CallMeeting c => Call(state, new(c.Meeting, c.Key, c.Body, c.On, c.Place)),
        _ when state.Called is null => Decision.Refuse("MEETING_UNKNOWN", "There is no such meeting; call it first."),
        CancelMeeting when state.Cancelled => Decision.AlreadySo,
        _ when state.Cancelled => Decision.Refuse("MEETING_CANCELLED", "This meeting was cancelled; nothing more can be done with it."),
        HearAnswer c => Hear(state, new(c.Item, c.Recommendation, c.Partner, c.Commitment, c.Answer, c.Reason)),
        PublishMinutes c => Publish(state, new(c.Reference, state.Approved is null)),
        ApproveMinutes c => Approve(state, c, occasion),
        _ when state.Approved is { } approved =>
            Decision.Refuse("MINUTES_APPROVED", $"The minutes were approved on {approved.EffectiveOn.Shown()} as a true record, and stand as they are."),
        MoveMeeting c => c.On == state.On ? Decision.AlreadySo : BeforeMinutes(state) ?? Decision.Take(new MeetingMoved(state.On, c.On, c.Reason)),
        CancelMeeting c => BeforeMinutes(state) ?? Decision.Take(new MeetingCancelled(c.Reason)),
        TablePaper c => Table(state, c.Paper),
        WithdrawPaper c => Known(state, c.Item) ?? Unminuted(state, c.Item) ?? Decision.Take(new PaperWithdrawn(c.Item, c.Reason)),
        PublishAgenda => PublishPapers(state),
        RecordAttendance c => NotBefore(state, occasion)
            ?? (state.Attendees.SequenceEqual(c.Attendees) ? Decision.AlreadySo : Decision.Take(new AttendanceRecorded(c.Attendees))),
        MinuteRecommendation c => NotBefore(state, occasion) ?? Known(state, c.Item) ?? Minute(state, c),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A meeting does not know this command."),
    };

    public static Meeting Evolve(Meeting state, object @event) => @event switch
    {
        MeetingCalled e => state with { Called = e, On = e.On },
        MeetingMoved e => state with { On = e.To },
        MeetingCancelled => state with { Cancelled = true },
        PaperTabled e => state with
        {
            Papers = new Dictionary<int, PaperTabled>(state.Papers) { [e.Paper.Item] = e },
            Editions = new Dictionary<int, int>(state.Editions) { [e.Paper.Item] = e.Edition },
        },
        PaperWithdrawn e => state with { Papers = state.Papers.Where(p => p.Key != e.Item).ToDictionary() },
        AgendaPublished e => state with { Agenda = e.Items },
        AttendanceRecorded e => state with { Attendees = e.Attendees },
        RecommendationMinuted e => state with
        {
            Minuted = new Dictionary<(int, int), RecommendationMinuted>(state.Minuted) { [(e.Item, e.Recommendation)] = e },
        },
        MinutesApproved e => state with { Approved = e },
        MinutesPublished e => state with { Published = e },
        AnswerToMinuteHeard e => state with { Answers = new Dictionary<CommitmentId, AnswerToMinuteHeard>(state.Answers) { [e.Commitment] = e } },
        _ => state,
    };

    private static Decision Call(Meeting state, MeetingCalled called) =>
        state.Called is null ? Decision.Take(called)
        : state.Called == called ? Decision.AlreadySo
        : Decision.Refuse("MEETING_ALREADY_CALLED", "A meeting is called under this key already; move it, or call another under another key.");

    private static Decision Table(Meeting state, Paper paper)
    {
        if (Unminuted(state, paper.Item) is { } refused) return refused;
        var edition = state.Editions.GetValueOrDefault(paper.Item) + 1;
        return state.Papers.GetValueOrDefault(paper.Item) is { } before && Same(before.Paper, paper)
            ? Decision.AlreadySo
            : Decision.Take(new PaperTabled(paper, edition, state.Agenda is not null));
    }

    private static Decision PublishPapers(Meeting state)
    {
        int[] items = [.. state.Papers.Keys.Order()];
        return items.Length == 0 ? Decision.Refuse("NOTHING_ON_AGENDA", "No paper is tabled; an agenda has one at least.")
            : state.Agenda?.SequenceEqual(items) == true ? Decision.AlreadySo
            : Decision.Take(new AgendaPublished(items));
    }

    private static Decision Minute(Meeting state, MinuteRecommendation c)
    {
        var recommendations = state.Papers[c.Item].Paper.Recommendations;
        if (c.Recommendation < 1 || c.Recommendation > recommendations.Count)
            return Decision.Refuse("RECOMMENDATION_UNKNOWN", $"This paper has {recommendations.Count} recommendations, counted from 1.");
        if ((c.Outcome is MinutedOutcome.Amended) != (c.Wording is not null))
            return Decision.Refuse("WORDING_UNCLEAR", "Give the wording that was agreed when it was amended, and none otherwise: then the paper's own holds.");
        var recommended = recommendations[c.Recommendation - 1];
        var agreed = c.Outcome is MinutedOutcome.Agreed or MinutedOutcome.Amended;
        var minuted = new RecommendationMinuted(
            c.Item, c.Recommendation, c.Outcome, MinuteReference.Of(state.Called!.Key, c.Item, c.Recommendation), c.Wording ?? recommended.Text, c.Minute,
            agreed ? recommended.Partners : [], agreed ? recommended.DueOn : null, state.On);
        return state.Minuted.GetValueOrDefault((c.Item, c.Recommendation)) switch
        {
            null => Decision.Take(minuted),
            var before when before with { Partners = minuted.Partners } == minuted => Decision.AlreadySo,
            var before => Decision.Refuse("OUTCOME_MINUTED", $"This recommendation is minuted as {PackWord.Of(before.Outcome)} already; what was deferred comes back in a paper of its own."),
        };
    }

    private static Decision Approve(Meeting state, ApproveMinutes c, Occasion occasion)
    {
        if (state.Approved is { } before && before.At == c.At) return Decision.AlreadySo;
        if (state.Approved is { } earlier) return Decision.Refuse("MINUTES_APPROVED", $"The minutes were approved already, at {earlier.At}.");
        if (occasion.InFuture(c.EffectiveOn) is { } refused) return refused;
        var on = c.EffectiveOn ?? occasion.Today;
        var open = state.Papers.Values.OrderBy(p => p.Paper.Item)
            .SelectMany(p => Enumerable.Range(1, p.Paper.Recommendations.Count).Where(r => !state.Minuted.ContainsKey((p.Paper.Item, r))).Select(r => $"item {p.Paper.Item}, recommendation {r}"))
            .ToArray();
        return on <= state.On ? Decision.Refuse("APPROVED_TOO_SOON", $"Minutes are approved at a later meeting than that of {state.On.Shown()}.")
            : open.Length > 0 ? Decision.Refuse("MINUTES_INCOMPLETE", $"No outcome is minuted of {string.Join("; ", open)}.")
            : Decision.Take(new MinutesApproved(c.At, on));
    }

    private static Decision Publish(Meeting state, MinutesPublished published) =>
        state.Minuted.Count == 0 ? Decision.Refuse("NOTHING_MINUTED", "Nothing of this meeting is minuted yet.")
        : state.Published == published ? Decision.AlreadySo
        : Decision.Take(published);

    private static Decision Hear(Meeting state, AnswerToMinuteHeard heard) =>
        state.Minuted.GetValueOrDefault((heard.Item, heard.Recommendation))?.Partners.Count is null or 0
            ? Decision.Refuse("NOTHING_WAS_ASKED", "Nothing was asked of partners under this recommendation.")
            : state.Answers.GetValueOrDefault(heard.Commitment) == heard ? Decision.AlreadySo : Decision.Take(heard);

    private static Decision? BeforeMinutes(Meeting state) => state.Minuted.Count > 0
        ? Decision.Refuse("MEETING_HELD", "Something of this meeting is minuted; it was held.")
        : null;

    private static Decision? NotBefore(Meeting state, Occasion occasion) => occasion.Today < state.On
        ? Decision.Refuse("MEETING_NOT_HELD", $"The meeting is on {state.On.Shown()}; it can be minuted from that day on.")
        : null;

    private static Decision? Known(Meeting state, int item) => state.Papers.ContainsKey(item)
        ? null
        : Decision.Refuse("PAPER_UNKNOWN", "No paper is tabled under this item; the items are listed with the meeting.");

    private static Decision? Unminuted(Meeting state, int item) => state.Minuted.Keys.Any(m => m.Item == item)
        ? Decision.Refuse("PAPER_MINUTED", "Something of this paper is minuted; it stays as the meeting had it.")
        : null;

    // Records with lists in them are compared as they are written.
    private static bool Same(Paper one, Paper other) =>
        System.Text.Json.JsonSerializer.Serialize(one, Catalogue.Json) == System.Text.Json.JsonSerializer.Serialize(other, Catalogue.Json);
}
