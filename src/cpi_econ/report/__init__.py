"""What people see: tables, figures and the terminal screen."""
