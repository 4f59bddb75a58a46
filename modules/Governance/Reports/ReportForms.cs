using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace EqualitiesPlatform.Governance;

/// <summary>The forms in which a report is printed; of all but PDF, the same report gives the same bytes.</summary>
internal enum ReportForm
{
    Html = 1,
    Json,
    Certificate,
    Docx,
    Csv,
    Pdf,
}

/// <summary>Prints reports.</summary>
internal static class ReportForms
{
    /// <summary>The forms that are hashed when a report is published: those that hold its certificate too.</summary>
    private static readonly ReportForm[] Hashed = [ReportForm.Csv, ReportForm.Docx, ReportForm.Html];

    /// <summary>A report in a form; the certificate's own form needs a certificate.</summary>
    public static byte[] Print(ReportDocument report, ReportCertificate? certificate, ReportForm form) => form switch
    {
        ReportForm.Html => ReportHtml.Of(report, certificate),
        ReportForm.Json => Whole(report.Json()),
        ReportForm.Certificate => Encoding.UTF8.GetBytes(certificate!.ToJson()),
        ReportForm.Docx => ReportDocx.Of(report, certificate),
        ReportForm.Csv => ReportCsv.Of(report, certificate),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, null),
    };

    private static byte[] Whole(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var whole = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces) whole.Write(piece.Span);
        return whole.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 of each printed form, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(ReportDocument report, ReportCertificate? certificate) =>
        Hashed.ToDictionary(form => PackWord.Of(form), form => Convert.ToHexStringLower(SHA256.HashData(Print(report, certificate, form))));
}
