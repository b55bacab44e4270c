Console.WriteLine("Facilities");
