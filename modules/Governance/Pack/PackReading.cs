using System.Diagnostics.CodeAnalysis;

namespace EqualitiesPlatform.Governance;

/// <summary>What came of reading a pack: the pack, or every mistake in it.</summary>
/// <param name="Pack">The pack; absent when there is any mistake.</param>
/// <param name="Mistakes">All mistakes in the order of the file; a file that is no JSON has only the first.</param>
public sealed record PackReading(Pack? Pack, IReadOnlyList<PackMistake> Mistakes)
{
    /// <summary>Whether the pack may be loaded.</summary>
    [MemberNotNullWhen(true, nameof(Pack))]
    public bool IsValid => Pack is not null;
}

/// <summary>One mistake in a pack.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The character in the line, from 1.</param>
/// <param name="Path">The field, such as "expectations[2].citation.at"; empty for the file as a whole.</param>
/// <param name="Kind">What sort of mistake.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public sealed record PackMistake(int Line, int Column, string Path, PackMistakeKind Kind, string Sentence)
{
    /// <summary>The whole mistake in one line.</summary>
    public override string ToString() => Path is ""
        ? $"line {Line}, column {Column}: {Sentence}"
        : $"line {Line}, column {Column}, {Path}: {Sentence}";
}

/// <summary>The sorts of mistakes.</summary>
public enum PackMistakeKind
{
    /// <summary>The file is not JSON, or not UTF-8.</summary>
    NotJson = 1,
    /// <summary>The file is larger than a pack may be.</summary>
    TooLarge,
    /// <summary>A field that the format does not have.</summary>
    UnknownField,
    /// <summary>A value of another type.</summary>
    WrongType,
    /// <summary>A field that must be there is not.</summary>
    Missing,
    /// <summary>A key, field, name or reference that stands twice.</summary>
    Duplicate,
    /// <summary>A key that nothing in the pack has.</summary>
    DanglingReference,
    /// <summary>A date, day or financial year that does not exist.</summary>
    BadDate,
    /// <summary>A word that is not in the list of words allowed there.</summary>
    NotInList,
    /// <summary>A text with nothing in it.</summary>
    EmptyText,
    /// <summary>A text that is too long, or has control characters.</summary>
    BadText,
    /// <summary>A key that is not kebab-case.</summary>
    BadKey,
    /// <summary>A mailbox that is no e-mail address.</summary>
    BadMailbox,
    /// <summary>A namespace that is no UUID.</summary>
    BadUuid,
    /// <summary>A number that is too small, too large or not whole.</summary>
    OutOfRange,
    /// <summary>Two values that cannot both be true.</summary>
    Contradiction,
}
