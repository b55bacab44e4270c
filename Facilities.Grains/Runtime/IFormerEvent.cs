namespace Facilities.Grains.Runtime;

/// <summary>An event that nobody writes any more: whoever reads the log sees the one that took its place.</summary>
public interface IFormerEvent
{
    /// <summary>The same as this version says it.</summary>
    object Now();
}
