extern alias cli;
using cli::Equalities.Governance.V1;
using cli::EqualitiesPlatform.Cli;

namespace EqualitiesPlatform.Stories.Cli;

public sealed class ScreenStories
{
    private static readonly Meeting Meeting = new()
    {
        MeetingId = "9cad7398-a224-5b7c-ac3a-d5120471c7d1",
        Key = "bpb-november",
        Papers =
        {
            new TabledPaper
            {
                Item = 5, Title = "Who visits", Recommendations =
                {
                    new MinutedRecommendation { Number = 1, Text = "Note the count", Outcome = MinutedOutcome.Noted },
                    new MinutedRecommendation { Number = 2, Text = "Count by group", Answers = { new PartnersAnswer { PartnerId = "0b", Reason = "Nobody visits" } } },
                },
            },
        },
    };

    [Fact]
    public void A_list_within_a_record_has_a_line_for_each_item_and_its_own_lists_below()
    {
        var shown = Shown(screen => screen.Show(new GetMeetingResponse { Meeting = Meeting }));
        shown.Should().Contain("    Recommendations:\n      - 1, text: Note the count, outcome: noted\n      - 2, text: Count by group\n        Answers:\n          - 0b, reason: Nobody visits\n");
    }

    [Fact]
    public void Pairs_are_said_in_one_line()
    {
        var row = new DashboardRow { Subject = "capita", Total = 3, Counts = { new DashboardCount { State = "on-track", Count = 2 }, new DashboardCount { State = "completed", Count = 1 } } };
        Shown(screen => screen.Show(new GetDashboardResponse { Rows = { row } })).Should().Contain("on-track 2, completed 1");
    }

    [Fact]
    public void Days_and_instants_are_written_as_people_write_them_and_long_hashes_are_cut_in_tables()
    {
        var hash = new string('a', 64);
        var shown = Shown(screen => screen.Show(new ExplainFigureResponse
        {
            Digest = hash,
            Events = { new FigureEvent { Position = 7, StoredName = "commitments.commitment-completed.v1", RecordedAt = "2013-10-01T09:00:03.000000Z", EffectiveOn = "2013-07-19", Says = $"Of 0198d3a0-0000-7000-8000-000000000001, {new string('x', 80)}." } },
        }));
        shown.Should().Contain(hash, "a card shows it whole").And.Contain("1 Oct 2013 09:00 UTC").And.Contain("19 Jul 2013").And.Contain("commitments.commitment-completed.v1 ", "what can't be broken is not").And.Contain("Of 0198d3a0…");
        Shown(screen => screen.Show(new ReissueReportResponse { Forms = { new PrintedForm { Name = "csv", Published = hash, Now = hash } } })).Should().Contain("csv   aaaaaaaaaaaa…  aaaaaaaaaaaa…");
    }

    [Fact]
    public void The_values_of_a_policy_have_a_line_each() =>
        Shown(screen => screen.Show(new GetPackResponse { Pack = new Pack { PolicyVersion = "2013", Values = { ["updates.due-days"] = "14", ["cases.levels"] = "calm\nraised" } } }))
            .Should().MatchRegex(@"Policy version +2013\n").And.MatchRegex(@"Values +cases\.levels: calm, raised\n +updates\.due-days: 14\n");

    private static string Shown(Action<Screen> show)
    {
        using var output = new StringWriter { NewLine = "\n" };
        show(new Screen(output, TextWriter.Null, json: false));
        return output.ToString();
    }
}
