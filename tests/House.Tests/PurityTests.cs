using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EqualitiesPlatform.House.Tests;

public class PurityTests
{
    private static readonly string[] ImpureTypes =
    [
        "System.Threading.", "System.IO.", "System.Net.", "System.Random", "System.Console", "System.Environment", "System.TimeProvider",
        "Marten.", "Npgsql.", "Grpc.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Orleans.Grain", "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly string[] ImpureCalls =
    [
        "System.Guid::NewGuid", "System.Guid::CreateVersion7", "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow", "System.Diagnostics.Stopwatch::",
    ];

    [Fact]
    public void Aggregates_decide_and_evolve_without_clock_store_log_or_chance()
    {
        var impure = House.Aggregates.SelectMany(a => Calls(a.State)).Where(c => IsImpure(c.Called)).Select(c => $"{c.By} uses {c.Called}");
        impure.Should().BeEmpty();
    }

    [Fact]
    public void Registers_and_sections_fold_without_clock_store_log_or_chance()
    {
        var folds = House.Registers.Select(r => r.Document)
            .Concat(House.Types.Where(t => t.IsAssignableTo(typeof(Ledger.Reporting.ISection)) || t.IsAssignableTo(typeof(Ledger.Reporting.ISectionFold))).Where(t => t.IsClass));
        var impure = folds.SelectMany(Calls).Where(c => IsImpure(c.Called)).Select(c => $"{c.By} uses {c.Called}");
        impure.Should().BeEmpty();
    }

    [Fact]
    public void The_purity_test_sees_what_is_impure() =>
        Calls(typeof(Impure)).Where(c => IsImpure(c.Called)).Should().HaveCount(2);

    // An iterator asks for its thread; that is the compiler's doing.
    private static bool IsImpure(string called) => called != "System.Environment::get_CurrentManagedThreadId" && (
        ImpureTypes.Any(t => called.StartsWith(t, StringComparison.Ordinal)) || ImpureCalls.Any(c => called.StartsWith(c, StringComparison.Ordinal)));

    private static IEnumerable<(string By, string Called)> Calls(Type type)
    {
        using var module = ModuleDefinition.ReadModule(type.Assembly.Location);
        var definition = module.GetType(type.FullName!.Replace('+', '/'));
        return [.. WithNested(definition)
            .SelectMany(t => t.Methods)
            .Where(m => m.HasBody && !m.Name.StartsWith("PrintMembers", StringComparison.Ordinal))
            .SelectMany(m => m.Body.Instructions.Where(i => i.OpCode.FlowControl == FlowControl.Call).Select(i => (MethodReference)i.Operand)
                .Select(called => ($"{m.DeclaringType.Name}.{m.Name}", $"{called.DeclaringType.GetElementType().FullName}::{called.Name}")))];
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static class Impure
    {
        public static Guid Chance() => Guid.NewGuid();

        public static string Store() => File.ReadAllText("x");
    }
}
