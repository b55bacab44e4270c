namespace Facilities.Silo.Verification;
public sealed class Verifier
{
    public Task<int> Run(TextWriter output) => Task.FromResult(0);
}
