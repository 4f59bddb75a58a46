using Equalities.Disclosure.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Disclosure;

/// <summary>The door of the module Disclosure: statistical disclosure control, and the record of every table ever published.</summary>
public static class DisclosureModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddDisclosure(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(DisclosureModule).Assembly, TableServiceReflection.Descriptor)
        .AddAggregate<PublicationRecord, IPublicationRecordGrain>()
        .AddRegister<PublicationRegister>();

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapDisclosure(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<TableEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
