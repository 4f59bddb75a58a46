using System.Globalization;

namespace EqualitiesPlatform.Bench;

/// <summary>Arguments of the form <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(string[] arguments)
    {
        if (arguments.Length % 2 != 0) throw new ArgumentException("Every --name has a value.");
        for (var i = 0; i < arguments.Length; i += 2) _values[arguments[i].TrimStart('-')] = arguments[i + 1];
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
