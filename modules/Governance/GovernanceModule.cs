using Equalities.Governance.V1;
using EqualitiesPlatform.Objectives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Governance;

/// <summary>The door of the module Governance: the policy pack, who must be told what, and the accountability reports.</summary>
public static class GovernanceModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddGovernance(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<Dashboard>().AddSingleton<ISharedDatasets, SharedDatasets>();
        return ledger
            .AddModule(
                typeof(GovernanceModule).Assembly, PackServiceReflection.Descriptor, ObligationServiceReflection.Descriptor, ReportServiceReflection.Descriptor,
                BodyServiceReflection.Descriptor, MeetingServiceReflection.Descriptor, PolicyDocumentServiceReflection.Descriptor,
                PositionServiceReflection.Descriptor, AchievementServiceReflection.Descriptor, DashboardServiceReflection.Descriptor,
                OfficeServiceReflection.Descriptor)
            .AddBodies()
            .AddOffices()
            .AddReporting()
            .AddReports();
    }

    private static LedgerBuilder AddReports(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<ReportTemplates>();
        ledger.Services.AddSingleton<ReportPress>();
        ledger.Services.AddSingleton<ReportPreparations>();
        ledger.Services.AddSingleton<ReportPdf>();
        ledger.Services.AddSingleton<IKeepsCopies, PublishedPdfs>();
        ledger.Services.AddOptions<ReportsOptions>().BindConfiguration("Reports")
            .Validate(o => o.Chromium.Length == 0 || File.Exists(o.Chromium), "Reports__Chromium names the program that prints PDFs, and there is no such file.")
            .ValidateOnStart();
        return ledger
            .AddModule(typeof(GovernanceModule).Assembly, ReportLifeServiceReflection.Descriptor, PreparationServiceReflection.Descriptor)
            .AddAggregate<Report, IReportGrain>()
            .AddRegister<ReportRegister>()
            .AddAggregate<Preparation, IPreparationGrain>()
            .AddRegister<PreparationRegister>()
            .AddFollowUp<PreparationsGoOn>()
            .AddFollowUp<PublishedPdfs>()
            .AddSection<FinanceSection>()
            .AddSection<PerformanceSection>()
            .AddFollowUp<PublishedReportsDischargeObligations>();
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapGovernance(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PackEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ObligationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<BodyEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<MeetingEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PolicyDocumentEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PositionEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<AchievementEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<OfficeEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<DashboardEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ReportEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ReportLifeEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PreparationEndpoint>().RequireAuthorization(SignIn.Policy);
    }

    private static LedgerBuilder AddOffices(this LedgerBuilder ledger) => ledger
        .AddAggregate<Office, IOfficeGrain>()
        .AddRegister<OfficeRegister>()
        .AddTable<Offices, IOffices>();

    private static LedgerBuilder AddBodies(this LedgerBuilder ledger) => ledger
        .AddAggregate<Body, IBodyGrain>()
        .AddAggregate<Meeting, IMeetingGrain>()
        .AddAggregate<PolicyDocument, IPolicyDocumentGrain>()
        .AddAggregate<Achievement, IAchievementGrain>()
        .AddRegister<BodyRegister>()
        .AddRegister<MeetingRegister>()
        .AddRegister<PolicyDocumentRegister>()
        .AddRegister<AchievementRegister>()
        .AddFollowUp<BodiesFollowThePack>()
        .AddFollowUp<MeetingsFollowTheCalendar>()
        .AddFollowUp<AgreedIsPutToPartners>()
        .AddFollowUp<MeetingsHearAnswers>()
        .AddFollowUp<ReviewsFollowReviews>()
        .AddFollowUp<AdoptionsAreNoted>();

    private static LedgerBuilder AddReporting(this LedgerBuilder ledger) => ledger
        .AddAggregate<PolicyPack, IPolicyPackGrain>()
        .AddAggregate<Obligation, IObligationGrain>()
        .AddRegister<PackRegister>()
        .AddRegister<ObligationRegister>()
        .AddFollowUp<BarriersBecomeItems>()
        .AddFollowUp<NetworksFollowThePack>()
        .AddFollowUp<CaseLeadsAreMembers>()
        .AddFollowUp<DatasetsHearOfFigures>()
        .AddTable<PolicyInForce, IPolicy>()
        .AddSection<ObjectiveSection>()
        .AddSection<ObjectiveSectionWithGroups>()
        .AddSection<ObjectiveSectionOfWholeYears>()
        .AddSection<ExpectationsSection>()
        .AddSection<CommitmentsSection>()
        .AddSection<PlansSection>()
        .AddSection<AssessmentsSection>()
        .AddSection<AssessmentsSectionWithMatrix>()
        .AddSection<AssessmentsSectionWithUnassessed>()
        .AddSection<AssessmentsSectionInFull>()
        .AddSection<CasesSectionWithReporting>()
        .AddSection<NetworksSection>()
        .AddSection<NetworksSectionWithPriorities>()
        .AddSection<NetworksSectionWithCitations>()
        .AddSection<EngagementSection>()
        .AddSection<EngagementSectionWithDatasets>()
        .AddSection<EngagementSectionWithCitations>()
        .AddFollowUp<AgreedActionsArePlanned>()
        .AddFollowUp<PlannedMitigationsAreInPlace>()
        .AddSection<RecommendationsSection>()
        .AddSection<RecommendationsSectionWithCitations>()
        .AddSection<MeetingsSection>()
        .AddSection<PromisesSection>()
        .AddSection<ObligationsSection>()
        .AddSection<ObligationsSectionInWords>()
        .AddSection<PositionsSection>()
        .AddSection<AchievementsSection>();
}
