using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Governance;

/// <summary>The reports' settings.</summary>
public sealed class ReportsOptions
{
    /// <summary>The Chromium that prints reports as PDF; unless set, the one that is installed, and where there is none, there are no PDFs.</summary>
    public string Chromium { get; set; } = "";
}

/// <summary>
/// Prints a page as a tagged PDF with the Chromium that is installed, or that <c>Reports:Chromium</c> names. It writes
/// the hour into the file, so two PDFs of one report differ; the figures are the page's.
/// </summary>
internal sealed class ReportPdf(IOptions<ReportsOptions> options)
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The page as PDF.</summary>
    /// <exception cref="LedgerException">Refused: no Chromium is installed, or it did not print.</exception>
    public async Task<byte[]> Of(byte[] html, CancellationToken ct)
    {
        var chromium = Find() ?? throw Refused("PDF_NEEDS_CHROMIUM", "A PDF is printed with Chromium, and none is installed on this server; ask for html or docx, or name one in Reports__Chromium.");
        var place = Directory.CreateTempSubdirectory("equalities-pdf-");
        try
        {
            var (page, pdf) = (Path.Combine(place.FullName, "report.html"), Path.Combine(place.FullName, "report.pdf"));
            await File.WriteAllBytesAsync(page, html, ct);
            // The page has no script and no address in it; the sandbox needs rights that a service's account may not have.
            var start = new ProcessStartInfo(chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={Path.Combine(place.FullName, "profile")}", "--export-tagged-pdf", "--generate-pdf-document-outline", "--no-pdf-header-footer",
                $"--print-to-pdf={pdf}", new Uri(page).AbsoluteUri,
            ]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Patience);
            try
            {
                await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                ct.ThrowIfCancellationRequested();
            }
            return File.Exists(pdf) ? await File.ReadAllBytesAsync(pdf, ct) : throw Refused("PDF_NOT_PRINTED", "Chromium did not print the report; ask for html or docx, and see the platform's log.");
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>Whether there is a Chromium to print with.</summary>
    public bool Installed => Find() is not null;

    private string? Find() => options.Value.Chromium is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static LedgerException Refused(string reason, string sentence) => new(new Failure(FailureKind.Refused, reason, sentence));
}
