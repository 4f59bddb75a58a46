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

    private static string Shown(Action<Screen> show)
    {
        using var output = new StringWriter { NewLine = "\n" };
        show(new Screen(output, TextWriter.Null, json: false));
        return output.ToString();
    }
}
