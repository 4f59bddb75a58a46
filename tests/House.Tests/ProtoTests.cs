using System.Diagnostics;
using Equalities.Options.V1;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.House.Tests;

public class ProtoTests
{
    [Fact]
    public void Protos_pass_the_linter() => Buf("lint");

    [Fact]
    public void Protos_break_no_caller()
    {
        var baseline = House.At("tests", "House.Tests", "protos.binpb");
        if (Environment.GetEnvironmentVariable("EQUALITIES_NEW_PROTO_BASELINE") == "1") Buf("build", "-o", baseline);
        var now = Path.Combine(Path.GetTempPath(), $"equalities-protos-{Environment.ProcessId}.binpb");
        try
        {
            // Image against image: a workspace's modules are compared one by one, and each would miss the others' files.
            Buf("build", "-o", now);
            Buf("breaking", now, "--against", baseline, "--config", """{"version":"v2","breaking":{"use":["FILE"]}}""");
        }
        finally
        {
            File.Delete(now);
        }
    }

    [Fact]
    public void Every_module_with_protos_is_linted()
    {
        var linted = File.ReadAllText(House.At("buf.yaml"));
        foreach (var protos in Directory.EnumerateDirectories(House.At("modules"), "Protos", SearchOption.AllDirectories).Where(p => !p.Contains("/bin/", StringComparison.Ordinal)))
            linted.Should().Contain(Path.GetRelativePath(House.Root, protos));
    }

    [Fact]
    public void Every_rpc_says_who_may_call_it_and_how_the_command_line_says_it()
    {
        foreach (var rpc in House.Rpcs)
        {
            var access = rpc.GetOptions()?.GetExtension(OptionsExtensions.Access);
            access.Should().NotBeNull("{0} would be refused to everyone", rpc.FullName);
            access!.Roles.Should().NotBeEmpty("{0}", rpc.FullName).And.NotContain(Role.Unspecified).And.NotContain(Role.Platform);
            var verb = rpc.GetOptions()!.GetExtension(OptionsExtensions.Verb);
            verb.Should().NotBeNull("{0}", rpc.FullName);
            verb!.Summary.Should().NotBeEmpty();
            verb.Example.Should().StartWith(verb.Path, "the example of {0} uses its verb", rpc.FullName);
        }
        House.Rpcs.Select(r => r.GetOptions().GetExtension(OptionsExtensions.Verb).Path).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Auditors_and_administrators_make_no_domain_writes()
    {
        // A bulk call carries those of their own rpcs only.
        string[] reference = ["PartnerService", "PackService", "OfficeService", "BulkService.Send", "ClockService", "CommitmentService.ProposeCommitment", "PlanService.ProposePlan", "PlanItemService.ProposePlanItem"];
        foreach (var rpc in House.Rpcs.Where(r => AccessOf(r).Writes))
        {
            AccessOf(rpc).Roles.Should().NotContain(Role.Auditor, "{0} writes", rpc.FullName);
            if (AccessOf(rpc).Roles.Contains(Role.Administrator))
                reference.Should().Contain(name => rpc.FullName.Contains(name, StringComparison.Ordinal), "an administrator's writes are reference data, and {0} is not", rpc.FullName);
        }
    }

    [Fact]
    public void A_read_that_leaves_a_trace_says_what_it_reads()
    {
        foreach (var rpc in House.Rpcs.Where(r => AccessOf(r).LoggedRead != ReadPurpose.Unspecified || AccessOf(r).LoggedScope.Count > 0))
        {
            AccessOf(rpc).LoggedRead.Should().NotBe(ReadPurpose.Unspecified, "{0} names a scope", rpc.FullName);
            AccessOf(rpc).Writes.Should().BeFalse("{0} is in the ledger itself", rpc.FullName);
            AccessOf(rpc).LoggedScope.Should().BeSubsetOf(rpc.InputType.Fields.InDeclarationOrder().Select(f => f.Name), "{0} says so", rpc.FullName);
        }
    }

    [Fact]
    public void Every_write_takes_a_request_id_and_gives_a_receipt()
    {
        foreach (var rpc in House.Rpcs.Where(r => AccessOf(r).Writes && !r.IsServerStreaming))
        {
            FieldTypes(rpc.InputType).Should().Contain(("request_id", FieldType.String), "{0} writes", rpc.FullName)
                .And.Contain(("expected_version", FieldType.Int64), "{0} writes", rpc.FullName);
            rpc.InputType.FindFieldByName("expected_version").HasPresence.Should().BeTrue();
            FieldTypes(rpc.OutputType).Should().Contain(("receipt", FieldType.Message), "{0} writes", rpc.FullName);
        }
    }

    [Fact]
    public void Every_list_has_pages_a_filter_and_waits_for_a_position()
    {
        foreach (var rpc in House.Rpcs.Where(r => r.Name.StartsWith("List", StringComparison.Ordinal)))
        {
            FieldTypes(rpc.InputType).Should().Contain(
                [("page_size", FieldType.Int32), ("page_token", FieldType.String), ("filter", FieldType.String), ("at_least_position", FieldType.Int64)], "{0} is a list", rpc.FullName);
            FieldTypes(rpc.OutputType).Should().Contain(("next_page_token", FieldType.String));
        }
    }

    [Fact]
    public void The_protos_words_are_the_domains_words()
    {
        var domain = House.Types.Where(t => t.IsEnum).ToLookup(t => t.Name);
        foreach (var word in House.Rpcs.Select(r => r.File).Distinct().SelectMany(f => f.EnumTypes))
            foreach (var type in domain[word.Name].Take(1))
                word.ClrType.GetEnumNames().Where(n => n != "Unspecified").Should().BeEquivalentTo(type.GetEnumNames(), "{0} is said twice", word.Name);
    }

    private static Access AccessOf(MethodDescriptor rpc) => rpc.GetOptions().GetExtension(OptionsExtensions.Access);

    private static IEnumerable<(string, FieldType)> FieldTypes(MessageDescriptor message) =>
        message.Fields.InDeclarationOrder().Select(f => (f.Name, f.FieldType));

    private static void Buf(params string[] arguments)
    {
        var tools = Environment.GetEnvironmentVariable("EQUALITIES_TOOLS") ?? House.At("build", "node_modules");
        var buf = Path.Combine(tools, ".bin", "buf");
        File.Exists(buf).Should().BeTrue("build/test installs buf under build/node_modules, or set EQUALITIES_TOOLS");
        var start = new ProcessStartInfo(buf, arguments) { WorkingDirectory = House.Root, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "buf {0} says: {1}{2}", arguments[0], said.Result, complained);
    }
}
