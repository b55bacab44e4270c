namespace Facilities.Grains.Runtime;

/// <summary>
/// Something is stored in a form that this version does not know: a newer version wrote it, or it is damaged. Nothing
/// is decided on it; a process of the newer version can.
/// </summary>
public sealed class UnreadableDataException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);
