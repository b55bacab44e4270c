using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Tests.Kernel;

/// <summary>What every value type keeps; a test class joins by naming its values.</summary>
/// <typeparam name="T">The value type.</typeparam>
public abstract class ValueContract<T> where T : struct, IEquatable<T>
{
    /// <summary>Different values with their JSON and their text, in order where the type has one.</summary>
    protected abstract ImmutableArray<(T Value, string Json, string Text)> Values { get; }

    /// <summary>JSON that is no value of the type.</summary>
    protected abstract ImmutableArray<string> BadJson { get; }

    /// <summary>Makings that the validating factory refuses.</summary>
    protected abstract ImmutableArray<Func<T>> Refused { get; }

    /// <summary>Whether the type has an order; otherwise its documentation says that it has none.</summary>
    protected virtual bool IsOrdered => false;

    [Fact]
    public void The_factory_refuses_what_is_no_value_and_says_so()
    {
        Assert.NotEmpty(Refused);
        foreach (var make in Refused)
            Assert.False(string.IsNullOrWhiteSpace(Assert.Throws<FormatException>(() => make()).Message));
    }

    [Fact]
    public void Values_equal_themselves_alone()
    {
        foreach (var (one, json, _) in Values)
            foreach (var (other, otherJson, _) in Values)
            {
                Assert.Equal(json == otherJson, one.Equals(other));
                Assert.Equal(json == otherJson, one.Equals((object)other));
                if (json == otherJson) Assert.Equal(one.GetHashCode(), other.GetHashCode());
            }
    }

    [Fact]
    public void A_value_goes_through_JSON_and_comes_back()
    {
        foreach (var (value, json, _) in Values)
        {
            Assert.Equal(json, JsonSerializer.Serialize(value, Json.Options));
            Assert.Equal(value, JsonSerializer.Deserialize<T>(json, Json.Options));
            Assert.Equal(value, JsonSerializer.Deserialize<T?>(json, Json.Options));
        }
    }

    [Fact]
    public void What_is_no_value_is_refused_as_JSON_with_a_message()
    {
        foreach (var json in BadJson)
        {
            var fault = Record.Exception(() => { _ = JsonSerializer.Deserialize<T>(json, Json.Options); });
            Assert.True(fault is JsonException, $"{json}: {fault?.GetType().Name ?? "accepted"}");
            Assert.False(string.IsNullOrWhiteSpace(fault!.Message));
        }
    }

    [Fact]
    public void A_value_reads_well_as_text()
    {
        foreach (var (value, _, text) in Values) Assert.Equal(text, value.ToString());
    }

    [Fact]
    public void The_order_is_total_or_there_is_none()
    {
        Assert.Equal(IsOrdered, typeof(IComparable<T>).IsAssignableFrom(typeof(T)));
        if (!IsOrdered) return;
        for (var i = 0; i < Values.Length; i++)
            for (var j = 0; j < Values.Length; j++)
                Assert.Equal(i.CompareTo(j), Math.Sign(((IComparable<T>)Values[i].Value).CompareTo(Values[j].Value)));
    }
}
