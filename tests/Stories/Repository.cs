namespace EqualitiesPlatform.Stories;

/// <summary>Files of the repository that stories read as they are.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(() =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EqualitiesPlatform.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The stories run inside the repository.");
    });

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root.Value, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root.Value, path));

    /// <summary>The lines of a public release that lies where EQUALITIES_SHARED_DATA says, or beside the repository or further up; null when there is none.</summary>
    public static string[]? Release(string name)
    {
        if (Environment.GetEnvironmentVariable("EQUALITIES_SHARED_DATA") is { Length: > 0 } named)
            return Path.Combine(named, name) is var there && File.Exists(there) ? File.ReadAllLines(there) : null;
        var path = Path.Combine("shared", "data", name);
        for (var folder = new DirectoryInfo(Root.Value).Parent; folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, path) is var file && File.Exists(file))
                return File.ReadAllLines(file);
        return null;
    }
}
