global using EqualitiesPlatform.Ledger;
global using EqualitiesPlatform.Vocabulary;
global using Microsoft.Extensions.DependencyInjection;
