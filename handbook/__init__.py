"""What is made out of the code for people: the wiring's drawings, the reference of settings and commands, the printed guide."""
