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
    public async Task What_was_written_for_a_command_that_never_came_is_swept_and_what_an_event_names_stays()
    {
        var (lost, named, settled) = (new PersonId(Guid.NewGuid()), new PersonId(Guid.NewGuid()), new PersonId(Guid.NewGuid()));
        TextId[] texts = [new(Guid.NewGuid()), new(Guid.NewGuid()), new(Guid.NewGuid())];
        foreach (var (person, text) in new[] { lost, named, settled }.Zip(texts))
        {
            await _first.Enter(person, new PersonRecord("A name", null));
            await _first.Write(person, text, "Some words");
        }
        await _first.Settle([settled.Value, texts[2].Value]);
        // Both ids come into the ledger, and the process ends before it can say so.
        foreach (var id in new[] { named.Value, texts[1].Value }) await silos.First.SendAsync(new OpenCounter(Guid.NewGuid(), new PartnerId(id), null), $"loose-{id}");

        (await _first.Sweep(TimeSpan.FromHours(1))).Should().Be(0, "it may still be under way");
        (await _first.Sweep(TimeSpan.Zero)).Should().Be(2, "somebody whom no event names, and the words about them");
        (await _first.Find(lost)).Should().BeNull();
        (await _first.Texts(named)).Should().ContainKey(texts[1]);
        (await _first.Texts(settled)).Should().ContainKey(texts[2]);
        (await _first.Sweep(TimeSpan.Zero)).Should().Be(0);
        (await _first.Enter(lost, new PersonRecord("A name", null))).Should().BeTrue("the same request may still come again");
        await _first.Settle([lost.Value]);
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

    [Fact]
    public async Task Texts_about_somebody_are_kept_once_and_go_with_them()
    {
        var (person, text) = (new PersonId(Guid.NewGuid()), new TextId(Guid.NewGuid()));
        var record = new PersonRecord("A name", null, [ProtectedCharacteristic.Age]);
        (await _first.Enter(person, record)).Should().BeTrue();
        (await _second.Enter(person, record with { Name = "Another" })).Should().BeFalse("they are there");
        (await _second.Find(person)).Should().BeEquivalentTo(record);
        (await _first.Write(person, text, "First words")).Should().BeTrue();
        (await _second.Write(person, text, "Other words")).Should().BeFalse("it is there");
        (await _second.Texts(person)).Should().Equal(new Dictionary<TextId, string> { [text] = "First words" });
        (await _first.Mark(person, "First words")).Should().Be(await _second.Mark(person, "First words")).And.NotBe(await _first.Mark(person, "Other words"));
        (await Everything()).Should().NotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes("First words")));

        var taken = new TextId(Guid.NewGuid());
        await _first.Write(person, taken, "Taken back");
        await _first.TakeBack(taken.Value);
        (await _first.Texts(person)).Should().NotContainKey(taken);

        await _first.Erase(person);
        (await _second.Texts(person)).Should().BeEmpty();
        foreach (var late in new Func<Task>[] { () => _second.Enter(person, record), () => _second.Write(person, text, "First words"), () => _second.Mark(person, "First words") })
            (await FluentActions.Awaiting(late).Should().ThrowAsync<LedgerException>("an erased id means nobody ever again")).Which.Failure.Reason.Should().Be("PERSON_NOT_FOUND");
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
