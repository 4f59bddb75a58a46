global using EqualitiesPlatform.Vocabulary;
