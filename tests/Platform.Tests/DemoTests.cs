using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The demo's year, played by the real client against the real platform, twice.</summary>
public sealed class DemoTests(PlatformFixture platform) : IClassFixture<PlatformFixture>, IDisposable
{
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("equalities-demo-");

    [Fact]
    public async Task The_year_plays_twice_and_doubles_nothing()
    {
        var first = await Play("first");
        var second = await Play("second");

        string[] made = ["history.jsonl", "summary.txt", "year-end-report.html", "year-end-report.json"];
        first.Keys.Should().Contain(made);
        second["history.jsonl"].Should().Be(first["history.jsonl"], "a second play sends only retries");
        second["year-end-report.html"].Should().Be(first["year-end-report.html"]);
        second["year-end-report.json"].Should().Be(first["year-end-report.json"]);
        first["summary.txt"].Should().Contain("Played").And.Contain("Year-end accountability report 2013-14, report crc-2013-14", "its publication meets the obligation");

        var html = first["year-end-report.html"];
        foreach (var label in new[] { "W1", "W2", "W3", "W4", "W5", "W6", "W7", "P1", "P2", "P3", "P4", "P5" }) html.Should().Contain(label);
        foreach (var paragraph in new[] { "7.1", "7.2", "7.3", "7.4", "7.5" }) html.Should().Contain(paragraph);
        foreach (var words in new[] { "Reporting rate", "Decided with no assessment at all", "Lead officers", "Priorities that members agree", "policy version: 2014", "Datasets shared and used", "Due regard in deciding", "Had been opened", "What consultation showed" }) html.Should().Contain(words);
        first["network-report.html"].Should().Contain("Annual report of the Network").And.Contain("Safer Communities Partnership Board").And.Contain("Sectors without a member");

        await HistoriesReadAsSentences();
        await EveryFigureIsExplained(first["year-end-report.json"]);
        await Axe("first/year-end-report.html");
        var (code, said) = await Programs.Run("java", ["-jar", Path.Combine(Tools, "vnu-jar", "build", "dist", "vnu.jar"), "--errors-only", Path.Combine(_results.FullName, "first", "restated-report.html")]);
        code.Should().Be(0, "{0}", said);
        first["restated-report.html"].Should().Contain("Every figure that changed").And.Contain("The schools reported in July on March");
        await AWithdrawnTextIsGoneFromTheReportAndItsBundle("Nineteen forms were tested with disabled users");
    }

    private async Task AWithdrawnTextIsGoneFromTheReportAndItsBundle(string text)
    {
        var whole = await Bundle("before.bundle");
        Encoding.UTF8.GetString(whole["report.json"]).Should().Contain(text);
        Encoding.Latin1.GetString(whole["report.pdf"]).Should().StartWith("%PDF-");
        await OtherProgramsVerifyItToo("before.bundle", whole);
        await ABitFlippedInItIsFound("before.bundle", whole);

        var withdrawals = new WithdrawalService.WithdrawalServiceClient(platform.Channel);
        var proposed = await withdrawals.ProposeWithdrawalAsync(
            new() { RequestId = $"{Guid.NewGuid()}", Stream = "achievement/capita-forms", EventVersion = 1, Member = "account", Reason = "It names somebody" }, await platform.As("governance-officer"));
        var withdrawal = proposed.Receipt.Stream["withdrawal/".Length..];
        await withdrawals.ConfirmWithdrawalAsync(new() { RequestId = $"{Guid.NewGuid()}", WithdrawalId = withdrawal }, await platform.As("governance-officer-2"));
        await PlatformFixture.UntilAsync(
            async () => (await withdrawals.GetWithdrawalAsync(new() { WithdrawalId = withdrawal }, await platform.As("auditor"))).Withdrawal.Stage == WithdrawalStage.Completed, "the text is gone");
        // What tells that it is gone is sealed by the time that there is a receipt for it.
        var told = (await new HistoryService.HistoryServiceClient(platform.Channel).ReadStreamAsync(new() { Stream = "achievement/capita-forms", PageSize = 500 }, await platform.As("auditor"))).Events[^1];
        await new ProofService.ProofServiceClient(platform.Channel).GetReceiptAsync(new() { Stream = told.Stream, Version = told.Version }, await platform.As("auditor"));

        var (code, again) = await Client("report", "reissue", "crc-2013-14", "--as", "auditor");
        (code, again.Contains("It was printed with the publication", StringComparison.Ordinal)).Should().Be((0, true), "{0}", again);
        var blanked = await Bundle("after.bundle", "account in version 1 of achievement/");
        blanked.Should().NotContainKey("report.pdf");
        foreach (var part in new[] { "report.json", "report.html" })
            Encoding.UTF8.GetString(blanked[part]).Should().Contain("text withdrawn").And.NotContain(text);
    }

    private async Task<Dictionary<string, byte[]>> Bundle(string name, string says = "each is what was recorded")
    {
        var file = Path.Combine(_results.FullName, name);
        var (code, said) = await Client("audit", "bundle", "--report", "crc-2013-14", "--out", file, "--as", "auditor");
        code.Should().Be(0, "{0}", said);
        said.Should().Contain(says);
        var parts = new Dictionary<string, byte[]>();
        await using var tar = new TarReader(File.OpenRead(file));
        while (await tar.GetNextEntryAsync(copyData: true) is { } part)
        {
            using var content = new MemoryStream();
            if (part.DataStream is not null) await part.DataStream.CopyToAsync(content);
            parts[part.Name] = content.ToArray();
        }
        return parts;
    }

    /// <summary>With the libraries of Go: the events, the report's receipts, and the log as the platform serves it.</summary>
    private async Task OtherProgramsVerifyItToo(string name, Dictionary<string, byte[]> parts)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_results.FullName, $"{name}.parts")).FullName;
        foreach (var (part, content) in parts) await File.WriteAllBytesAsync(Path.Combine(folder, part), content);
        var leaves = Encoding.UTF8.GetString(parts["leaves.jsonl"]).Split('\n');
        var last = Array.FindLastIndex(leaves, l => l.Length > 0);
        await File.WriteAllTextAsync(Path.Combine(folder, "leaf"), leaves[last]);
        var (code, said) = await Programs.Run("bash",
            ["-c", $"""
            set -e; cd '{folder}'; KEY=$(head -n 1 keys)
            GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE='{folder}/go-cache' go build -o verify '{Programs.InTree("tests", "Ledger.Tests", "Sealing", "go", "verify.go")}'
            ./verify bundle "$KEY" .
            ./verify receipt "$KEY" frozen.tlog-proof frozen.leaf
            ./verify receipt "$KEY" published.tlog-proof published.leaf
            ./verify tiles "$KEY" {platform.HealthAddress.ToString().TrimEnd('/')} {last} leaf
            ! ./verify tiles "$KEY" {platform.HealthAddress.ToString().TrimEnd('/')} 0 leaf 2>&1
            """],
            new Dictionary<string, string>());
        code.Should().Be(0, "{0}", said);
        said.Should().Contain($"verified: {leaves.Length - 1} events make the signed root").And.Contain($"leaf {last} is in the log of").And.Contain("NOT verified");
    }

    private async Task ABitFlippedInItIsFound(string name, Dictionary<string, byte[]> parts)
    {
        var whole = await File.ReadAllBytesAsync(Path.Combine(_results.FullName, name));
        var random = new Random(2013);
        string[] chosen = ["leaves.jsonl", "hashes", "statements.jsonl", "checkpoint", "report.json", "report.pdf"];
        await Task.WhenAll(chosen.Select(async part =>
        {
            var begins = whole.AsSpan().IndexOf(parts[part]);
            var at = begins + random.Next(parts[part].Length);
            while (whole[at] == '\n') at = begins + random.Next(parts[part].Length);
            byte[] flipped = [.. whole];
            flipped[at] ^= (byte)(whole[at] == ('\n' ^ 1) ? 2 : 1);
            var file = Path.Combine(_results.FullName, $"flipped-{part}");
            await File.WriteAllBytesAsync(file, flipped);
            var (code, said) = await Client("audit", "verify", file);
            code.Should().Be(1, "{0}", said);
            said.Should().Contain($"The part {part} is not the one that MANIFEST has the hash of", "byte {0} is flipped", at);
            if (part == "leaves.jsonl") said.Should().Contain($"Leaf {whole.AsSpan(begins..at).Count((byte)'\n')} ", "the event is named");
        }));
    }

    // What an auditor hands to a committee: no id, no raw day, no word of the code.
    private async Task HistoriesReadAsSentences()
    {
        async Task<string> Told(params string[] words)
        {
            var (code, said) = await Client([.. words, "--as", "auditor"]);
            code.Should().Be(0, "{0}", said);
            said.Should().NotMatchRegex("[0-9a-f]{8}-[0-9a-f]{4}", "{0}", said).And.NotMatchRegex(@"\d{4}-\d\d-\d\d", "{0}", said);
            return said;
        }

        (await Told("history", "story", "commitment/schools-share-data")).Should()
            .StartWith("commitment/schools-share-data: “Give the Insight Network yearly figures on attainment and exclusion by group”\n")
            .And.Contain("1 October 2013 · Progress reported by the partner lead of Schools in Barnet (holds from 19 July 2013): status at risk, narrative “")
            .And.NotContain("· commitment/");
        (await Told("history", "story", "--kinds", "commitment", "--limit", "3")).Should().Contain("2 April 2013 · commitment/").And.Contain("There may be more: add --from-position ");
        (await Told("history", "compare", "commitment/schools-share-data", "--from-time", "2014-01-31T12:00:00Z", "--to-time", "2014-07-31T12:00:00Z")).Should()
            .Contain("Status: at risk → on track; progress reported by the partner lead of Schools in Barnet on 2 July 2014");
        (await Told("history", "as-at", "commitment/schools-share-data", "--as-at", "2013-12-31")).Should().MatchRegex("Status +at risk").And.MatchRegex("Partner +schools").And.MatchRegex("Due on +31 December 2013");
        (await Told("history", "show", "commitment/schools-share-data")).Should().Contain("period 2013-14 Q2, status at risk");
    }

    // Each figure from its own events alone, and what explain says of it; of all of them when there is time for it.
    private async Task EveryFigureIsExplained(string report)
    {
        using var json = JsonDocument.Parse(report);
        var figures = json.RootElement.GetProperty("sections").EnumerateArray().SelectMany(s => s.GetProperty("figures").EnumerateArray())
            .Select(f => (Key: f.GetProperty("key").GetString()!, Value: f.GetProperty("value").GetString()!, Count: f.GetProperty("count").GetInt32())).ToArray();
        var reports = new ReportService.ReportServiceClient(platform.Channel);
        var auditor = await platform.As("auditor");
        var check = await reports.CheckFiguresAsync(new() { ReportId = "crc-2013-14" }, auditor);
        check.Findings.Should().BeEmpty();
        check.Figures.Should().Be(figures.Length).And.BeGreaterThan(500);
        foreach (var (key, value, count) in Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1" ? figures : figures.Where((_, i) => i % 100 == 0))
        {
            var said = await reports.ExplainFigureAsync(new() { ReportId = "crc-2013-14", Figure = key, PageSize = 500 }, await platform.As("auditor"));
            (said.Value, said.Count, said.FromItsEventsAlone, said.Formula.Length > 0).Should().Be((value, count, value, true), "{0}", key);
            said.Events.Should().HaveCount(Math.Min(count, 500), "{0}", key);
        }
    }

    [Fact]
    public async Task The_client_says_in_a_sentence_what_is_wrong_and_with_which_exit_code()
    {
        (await Client("commitments", "show", "Not A Key", "--as", "auditor")).Should().Match<(int Code, string Said)>(r => r.Code == 2 && r.Said.Contains("neither a UUID nor a key", StringComparison.Ordinal) || r.Said.Contains("names nothing", StringComparison.Ordinal));
        (await Client("partners", "register", "--key", "x", "--name", "X", "--type", "private", "--as", "auditor")).Code.Should().Be(3);
        (await Client("commitments", "show", Guid.CreateVersion7().ToString(), "--as", "auditor")).Code.Should().Be(4);
        var help = await Client("--help");
        help.Code.Should().Be(0);
        help.Said.Should().Contain("commitments").And.Contain("report").And.Contain("history");
    }

    public void Dispose() => _results.Delete(recursive: true);

    private async Task<Dictionary<string, string>> Play(string folder)
    {
        var into = Path.Combine(_results.FullName, folder);
        var (code, said) = await Client(
            "play", Programs.InTree("build", "demo-year.txt"), "--out", into, "--var", $"pack={Programs.InTree("modules", "Governance", "Pack", "barnet.json")}", "--var", $"finance={Programs.InTree("build", "demo-finance.csv")}",
            "--var", $"figures={Programs.InTree("build", "demo-figures")}");
        code.Should().Be(0, "{0}", said);
        return Directory.EnumerateFiles(into).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllText);
    }

    private Task<(int Code, string Said)> Client(params string[] arguments) => Programs.Client(platform.ForTheClient, arguments);

    /// <summary>Opens the report in headless Chromium and looks for barriers with axe.</summary>
    private async Task Axe(string report)
    {
        var page = Path.Combine(_results.FullName, "axe.html");
        var html = await File.ReadAllTextAsync(Path.Combine(_results.FullName, report));
        var axe = await File.ReadAllTextAsync(Path.Combine(Tools, "axe-core", "axe.min.js"));
        await File.WriteAllTextAsync(page, html.Replace("</body>", $$"""
            <script>{{axe}}</script>
            <script>axe.run().then(r => { document.body.innerHTML = '<pre id="axe">' + JSON.stringify({ passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3)) }).replace(/</g, '&lt;') + '</pre>'; });</script>
            </body>
            """, StringComparison.Ordinal));
        var (code, dom) = await Programs.Run("chromium",
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={Path.Combine(_results.FullName, "chromium")}", "--virtual-time-budget=30000", "--dump-dom", $"file://{page}"]);
        code.Should().Be(0);
        var start = dom.IndexOf("<pre id=\"axe\">", StringComparison.Ordinal);
        start.Should().BePositive("axe should have run in the page");
        var result = dom[(start + 14)..dom.IndexOf("</pre>", start, StringComparison.Ordinal)];
        using var found = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(result));
        found.RootElement.GetProperty("passes").GetInt32().Should().BeGreaterThan(10);
        found.RootElement.GetProperty("violations").EnumerateArray().Select(v => v.GetString()).Should().BeEmpty();
    }

    private static string Tools => Environment.GetEnvironmentVariable("EQUALITIES_TOOLS") ?? Programs.InTree("build", "node_modules");
}
