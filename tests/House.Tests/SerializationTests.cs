using System.Collections;
using System.Reflection;
using EqualitiesPlatform.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace EqualitiesPlatform.House.Tests;

/// <summary>What crosses between silos arrives as it was sent.</summary>
public class SerializationTests
{
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<Type> Messages => [.. House.Commands, typeof(Envelope), typeof(Outcome), typeof(Failure), typeof(WriteReceipt)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void It_survives_the_way_between_silos(Type message)
    {
        var sent = Sample(message, 3);
        var received = Serializer.Deserialize<object>(Serializer.SerializeToArray(sent));
        System.Text.Json.JsonSerializer.Serialize(received, message, Catalogue.Json)
            .Should().Be(System.Text.Json.JsonSerializer.Serialize(sent, message, Catalogue.Json));
        received.Should().BeOfType(message);
    }

    /// <summary>A value of a type with everything filled in, so that a member that is left out shows.</summary>
    private static object Sample(Type type, int seed)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"text-{seed}";
        if (type == typeof(int)) return seed;
        if (type == typeof(long)) return (long)seed;
        if (type == typeof(decimal)) return seed + 0.5m;
        if (type == typeof(bool)) return true;
        if (type == typeof(Guid)) return new Guid(seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        if (type == typeof(DateOnly)) return new DateOnly(2013, 4, seed % 28 + 1);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2013, 4, 1, 9, 0, seed % 60, TimeSpan.Zero);
        if (type == typeof(Vocabulary.FinancialYear)) return new Vocabulary.FinancialYear(2013);
        if (type == typeof(Vocabulary.ReportingPeriod)) return new Vocabulary.FinancialYear(2013).Quarters[1];
        if (type == typeof(Vocabulary.MeasuredPeriod)) return Vocabulary.MeasuredPeriod.Calendar(2013);
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsArray) return Filled(Array.CreateInstance(type.GetElementType()!, 1), Sample(type.GetElementType()!, seed + 1));
        if (type.IsGenericType && type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)))
        {
            var arguments = type.GetGenericArguments();
            var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            dictionary.Add(Sample(arguments[0], seed + 1), Sample(arguments[1], seed + 2));
            return dictionary;
        }
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var element = type.GetGenericArguments()[0];
            return Filled(Array.CreateInstance(element, 1), Sample(element, seed + 1));
        }
        if (type.IsAbstract) type = type.Assembly.GetTypes().First(t => t.IsSubclassOf(type) && !t.IsAbstract);
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select((p, i) => Sample(p.ParameterType, seed + i + 1))]);
    }

    private static Array Filled(Array array, object value)
    {
        array.SetValue(value, 0);
        return array;
    }
}
