namespace EqualitiesPlatform.Ledger;

/// <summary>Texts that are given out in lines.</summary>
public static class Texts
{
    /// <summary>The lines of a text that ends with a line feed; each with a line feed behind it is the text again.</summary>
    public static IEnumerable<string> Lines(string text) => text[..^1].Split('\n');
}
