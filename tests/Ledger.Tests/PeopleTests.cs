namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The erasable store of people, seen from two silos.</summary>
public sealed class PeopleTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly People _first = silos.First.People;
    private readonly People _second = silos.Second.People;

    [Fact]
    public async Task Somebody_who_signs_in_many_times_at_once_is_one_person()
    {
        var subject = Guid.NewGuid().ToString();
        var people = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? _first : _second).SignedIn("a-tenant", subject)));

        people.Distinct().Should().ContainSingle();
        (await _first.SignedIn("another-tenant", subject)).Should().NotBe(people[0]);
        (await _second.SignedIn("a-tenant", subject)).Should().Be(people[0]);
    }

    [Fact]
    public async Task What_is_kept_of_a_person_is_found_from_every_silo_until_they_are_erased_and_nowhere_after()
    {
        var subject = Guid.NewGuid().ToString();
        var person = await _first.SignedIn("a-tenant", subject);
        (await _second.SignedIn("a-tenant", subject)).Should().Be(person, "both silos remember");
        (await _second.Met("a-tenant", subject)).Should().Be(person);
        (await _second.Met("another-tenant", subject)).Should().BeNull();
        (await _second.Met("another-tenant", subject)).Should().BeNull("looking enters nobody");
        var record = new PersonRecord("a canary of a name", "a canary of a contact");
        await _first.Keep(person, record);
        (await _second.Find(person)).Should().Be(record);

        await _first.Erase(person);

        (await _second.Find(person)).Should().BeNull();
        var again = await Task.WhenAll(_first.SignedIn("a-tenant", subject), _second.SignedIn("a-tenant", subject));
        again.Distinct().Should().ContainSingle().Which.Should().NotBe(person, "the old id means nobody");
        (await FluentActions.Awaiting(() => _second.Keep(person, record)).Should().ThrowAsync<LedgerException>()).Which.Failure.Kind.Should().Be(FailureKind.NotFound);
        await _first.Erase(person);
    }

    [Fact]
    public async Task Nothing_in_the_whole_database_says_who_somebody_is()
    {
        var (tenant, subject) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var person = await _first.SignedIn(tenant, subject);
        await _first.Keep(person, new PersonRecord("Canary-Name", "canary@contact.example"));
        var id = Guid.NewGuid();
        await silos.First.SendAsync(new OpenCounter(id, default, null), "canary", actor: LedgerHost.Somebody with { Person = person });

        (await silos.First.Reader.ReadStream(Counters.Stream(id))).Should().ContainSingle().Which.Occasion.Actor.Person.Should().Be(person);
        var everything = await Everything();
        everything.Should().Contain(person.ToString(), "the search finds what is there");
        foreach (var canary in new[] { tenant, subject, tenant.Replace("-", ""), subject.Replace("-", ""), "Canary-Name", "canary@contact" })
        {
            everything.Should().NotContainEquivalentOf(canary);
            everything.Should().NotContainEquivalentOf(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(canary)), "bytea prints as hex");
        }
    }

    private async Task<string> Everything()
    {
        var text = new System.Text.StringBuilder();
        var tables = await silos.Database.ScalarAsync<string[]>("select array_agg(tablename::text) from pg_tables where schemaname = 'ledger'");
        foreach (var table in tables)
            text.Append(await silos.Database.ScalarAsync<string>($"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t"));
        return text.ToString();
    }
}
