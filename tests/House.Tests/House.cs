using System.Reflection;
using System.Runtime.CompilerServices;
using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace EqualitiesPlatform.House.Tests;

/// <summary>The house as it is built: its modules, what they registered, and where their files are.</summary>
internal static class House
{
    private static readonly LedgerBuilder Builder = Compose();

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [typeof(PartnerId).Assembly, .. Builder.Assemblies.Distinct()];

    public static Catalogue Catalogue { get; } = new(Builder.Assemblies, Builder.Aggregates);

    public static IReadOnlyList<AggregateRegistration> Aggregates => Builder.Aggregates;

    public static IReadOnlyList<RegisterRegistration> Registers => Builder.RegisterRegistrations;

    public static IEnumerable<ISection> Sections => Builder.Services.BuildServiceProvider().GetServices<ISection>();

    public static IReadOnlyList<MethodDescriptor> Rpcs { get; } = [.. new Rpcs(Builder.Protos).All];

    public static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetTypes()).Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.Namespace?.StartsWith("EqualitiesPlatform", StringComparison.Ordinal) == true);

    public static IEnumerable<Type> Commands => Types.Where(t => t.IsAssignableTo(typeof(ICommand)) && t is { IsClass: true, IsAbstract: false });

    /// <summary>The C# files of the modules, written by hand.</summary>
    public static IEnumerable<string> Sources(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string At(params string[] path) => Path.Combine([Root, .. path]);

    private static LedgerBuilder Compose()
    {
        var builder = new LedgerBuilder(new ServiceCollection());
        builder.AddOwn();
        return builder
            .AddDisclosure()
            .AddCommitments()
            .AddObjectives()
            .AddCases()
            .AddEngagement()
            .AddAssessments()
            .AddGovernance();
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "EqualitiesPlatform.sln"))) return folder;
        throw new InvalidOperationException($"There is no EqualitiesPlatform.sln above {AppContext.BaseDirectory}; these tests read the tree that {here} stands in.");
    }
}
