"""What every page needs from Streamlit."""
