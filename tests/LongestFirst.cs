using Xunit.Abstractions;

namespace EqualitiesPlatform;

/// <summary>Begins with what takes a minute or more, so that it does not run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = ["DemoTests", "TwoSilosTests"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(c => Longest.Any(name => c.DisplayName.EndsWith("." + name, StringComparison.Ordinal)));
}
