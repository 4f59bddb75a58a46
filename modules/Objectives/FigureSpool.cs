using System.Text;

namespace EqualitiesPlatform.Objectives;

/// <summary>Figures on their way, in as many temporary files as there are parts; gone when it is disposed of.</summary>
internal sealed class FigureSpool(int parts) : IDisposable
{
    private readonly FileStream?[] _files = new FileStream?[parts];
    private readonly BinaryWriter?[] _writers = new BinaryWriter?[parts];

    public void Write(int part, byte act, FileFigure figure)
    {
        var writer = _writers[part] ??= new BinaryWriter(_files[part] = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 16 * 1024, FileOptions.DeleteOnClose), Encoding.UTF8);
        writer.Write(act);
        writer.Write(figure.Line);
        writer.Write(figure.Period.First.DayNumber);
        writer.Write(figure.Period.Last.DayNumber);
        writer.Write(figure.Cell);
        writer.Write(figure.Value);
        writer.Write(figure.Numerator is not null);
        if (figure is { Numerator: { } over, Denominator: { } under })
        {
            writer.Write(over);
            writer.Write(under);
        }
        writer.Write((byte)figure.Status);
    }

    public IEnumerable<(byte Act, FileFigure Figure)> Read(int part)
    {
        if (_files[part] is not { } file) yield break;
        _writers[part]!.Flush();
        file.Position = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        while (file.Position < file.Length)
        {
            var act = reader.ReadByte();
            var line = reader.ReadInt32();
            var period = new MeasuredPeriod(DateOnly.FromDayNumber(reader.ReadInt32()), DateOnly.FromDayNumber(reader.ReadInt32()));
            var cell = reader.ReadString();
            var value = reader.ReadDecimal();
            decimal? over = null, under = null;
            if (reader.ReadBoolean()) (over, under) = (reader.ReadDecimal(), reader.ReadDecimal());
            yield return (act, new FileFigure(line, period, cell, value, over, under, (ObservationStatus)reader.ReadByte()));
        }
    }

    public void Dispose()
    {
        foreach (var file in _files) file?.Dispose();
    }
}
