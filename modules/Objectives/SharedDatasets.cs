namespace EqualitiesPlatform.Objectives;

/// <summary>
/// The datasets that organisations share (Policy, "How" W2; Report 7.3), as far as an import of figures asks of them. Who
/// keeps the datasets answers.
/// </summary>
public interface ISharedDatasets
{
    /// <summary>The SHA-256 of the file of a version, for an organisation that may open the dataset today.</summary>
    /// <param name="organisation">Who takes figures from it; null for the council.</param>
    /// <exception cref="LedgerException">Refused: NOT_SHARED, whether there is such a dataset or not; VERSION_UNKNOWN.</exception>
    Task<string> HashOf(SharedDatasetId dataset, string version, PartnerId? organisation, CancellationToken ct);
}

/// <summary>From what figures were taken: a version of a dataset, which is exactly one file.</summary>
/// <param name="Sha256">The SHA-256 of that file, which the imported one had too.</param>
[GenerateSerializer, Immutable]
public sealed record DatasetSource(SharedDatasetId Dataset, string Version, string Sha256);
